#!/bin/sh
# Trains and evaluates what docs/results.md reports on N-MNIST: nmnist-cnn and its conventional twin, three seeds each.
#   scripts/nmnist-results.sh DATA OUT [THREADS] [ONLY]
# DATA: a folder of N-MNIST's frames (train.npz, test.npz) or of its event files (Train, Test). OUT, THREADS and ONLY as
# in mnist-results.sh. EPOCHS is taken from the environment: 15 unless given.
set -eu
. "$(dirname "$0")/result-runs.sh"

for seed in 1 2 3; do
  run "bernoulli-$seed" nmnist-cnn --epochs "${EPOCHS:-15}" --seed "$seed"
  run "gaussian-$seed" nmnist-cnn --noise gaussian --epochs "${EPOCHS:-15}" --seed "$seed"
  run "conventional-$seed" nmnist-cnn --conventional --epochs "${EPOCHS:-15}" --seed "$seed"
done
