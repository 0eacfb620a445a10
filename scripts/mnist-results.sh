#!/bin/sh
# Trains and evaluates the MNIST runs of docs/results.md: mnist-cnn with both noises and mnist-mlp, three
# seeds each.
#   scripts/mnist-results.sh DATA OUT [THREADS] [ONLY]
# DATA: folder with the four files of MNIST. OUT: folder for the runs; finished runs are kept, interrupted
# ones resume. Each run's evaluation is OUT/<run>.json. ONLY: a pattern of runs to make, such as 'cnn-*'.
set -eu
. "$(dirname "$0")/result-runs.sh"

for seed in 1 2 3; do
  run "cnn-bernoulli-$seed" mnist-cnn --noise bernoulli --p 0.5 --epochs 15 --seed "$seed"
  run "cnn-gaussian-$seed" mnist-cnn --noise gaussian --sigma 1 --epochs 15 --seed "$seed"
  run "mlp-bernoulli-$seed" mnist-mlp --noise bernoulli --p 0.5 --epochs 30 --weight-decay 1e-5 --seed "$seed"
done
