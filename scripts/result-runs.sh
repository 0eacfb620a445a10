# Sourced by the scripts that make the runs of docs/results.md. Uses their arguments: DATA OUT [THREADS]
# [ONLY].
data=$1
out=$2
threads=${3:-2}
only=${4:-*}
nsm="$(dirname "$0")/../bin/nsm.js"
mkdir -p "$out"

# Trains a run and scores it on the whole test split with `samples` passes per image; OUT/<run>.json is the
# evaluation. Finished runs are kept, interrupted ones resume.
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
