#!/bin/sh
# Trains and evaluates the N-MNIST runs of docs/results.md: nmnist-cnn and its conventional counterpart, three
# seeds each.
#   scripts/nmnist-results.sh DATA OUT [THREADS] [ONLY]
# DATA: a folder with N-MNIST's frames (train.npz, test.npz) or its event files (Train, Test). OUT, THREADS
# and ONLY as in mnist-results.sh. The environment variable EPOCHS sets the number of epochs; default: 15.
set -eu
. "$(dirname "$0")/result-runs.sh"

for seed in 1 2 3; do
  run "bernoulli-$seed" nmnist-cnn --epochs "${EPOCHS:-15}" --seed "$seed"
  run "gaussian-$seed" nmnist-cnn --noise gaussian --epochs "${EPOCHS:-15}" --seed "$seed"
  run "conventional-$seed" nmnist-cnn --conventional --epochs "${EPOCHS:-15}" --seed "$seed"
done
