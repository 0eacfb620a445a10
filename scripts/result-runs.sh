# Sourced by the scripts that make docs/results.md's runs. Takes their arguments: DATA OUT [THREADS] [ONLY].
data=$1
out=$2
threads=${3:-2}
only=${4:-*}
nsm="$(dirname "$0")/../bin/nsm.js"
mkdir -p "$out"

# Trains a run and scores it on the whole test split, `samples` passes an image; OUT/<run>.json is the evaluation.
# What is there already is kept, what was cut off goes on.
samples=100
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
  "$nsm" evaluate "$out/$name" --data "$data" --samples "$samples" --seed 2 --threads "$threads" --json >"$out/$name.part"
  mv "$out/$name.part" "$out/$name.json"
}
