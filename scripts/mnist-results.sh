#!/bin/sh
# Trains and evaluates what docs/results.md reports on MNIST: mnist-cnn with both noises and mnist-mlp, three seeds each.
#   scripts/mnist-results.sh DATA OUT [THREADS] [ONLY]
# DATA: folder of the four files of MNIST. OUT: folder for the runs; what is there already is kept, what was cut off
# goes on. Each run's evaluation is OUT/<run>.json. ONLY: a pattern of the runs to make, such as 'cnn-*'.
set -eu
data=$1
out=$2
threads=${3:-2}
only=${4:-*}
nsm="$(dirname "$0")/../bin/nsm.js"
mkdir -p "$out"

run() { # name, then the arguments of train
  name=$1
  shift
  case $name in $only) ;; *) return ;; esac
  [ -s "$out/$name.json" ] && return
  if [ -e "$out/$name/run.json" ]; then
    "$nsm" train --resume "$out/$name" --data "$data" --threads "$threads" --samples 1
  else
    "$nsm" train "$@" --data "$data" --out "$out/$name" --threads "$threads" --samples 1
  fi
  "$nsm" evaluate "$out/$name" --data "$data" --samples 100 --seed 2 --threads "$threads" --json >"$out/$name.part"
  mv "$out/$name.part" "$out/$name.json"
}

for seed in 1 2 3; do
  run "cnn-bernoulli-$seed" mnist-cnn --noise bernoulli --p 0.5 --epochs 15 --seed "$seed"
  run "cnn-gaussian-$seed" mnist-cnn --noise gaussian --sigma 1 --epochs 15 --seed "$seed"
  run "mlp-bernoulli-$seed" mnist-mlp --noise bernoulli --p 0.5 --epochs 30 --weight-decay 1e-5 --seed "$seed"
done
