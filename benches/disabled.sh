#!/usr/bin/env bash
#
# Shows that a disabled suite adds no instruction to a request: callgrind counts what the same
# program executes with the bare router and with the one that a disabled suite hands back.
#
#   benches/disabled.sh [requests]
#
# Each runs with as many requests as given (1,000 unless given) and with twice as many: the
# difference is what the requests take, without the first one's share. The table has it per request.
# The script fails unless it is the same for both.

set -euo pipefail
export LC_ALL=C

requests=${1:-1000}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v valgrind > /dev/null; then
    echo "valgrind is missing: apt-get install valgrind" >&2
    exit 1
fi

cargo build --quiet --release -p benches --bin requests
target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')

# Prints how many instructions the program executes for $2 requests to router $1: from where it
# starts to send them, as the start itself differs from run to run.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=requests::counted \
        "$target/release/requests" "$1" "$2" 2>&1 |
        awk '$2 == "Collected" && $4 > 0 { print $4; found = 1 } END { exit !found }'
}

declare -A added
echo "| router | $requests requests | $((2 * requests)) requests | instructions per request |"
echo "|---|---:|---:|---:|"
for router in bare disabled; do
    once=$(instructions "$router" "$requests")
    twice=$(instructions "$router" $((2 * requests)))
    added[$router]=$((twice - once))
    awk -v router="$router" -v once="$once" -v twice="$twice" -v requests="$requests" 'BEGIN {
        printf "| %s | %d | %d | %.3f |\n", router, once, twice, (twice - once) / requests
    }'
done

if [[ ${added[disabled]} -ne ${added[bare]} ]]; then
    echo "a disabled suite adds $((added[disabled] - added[bare])) instructions to $requests requests" >&2
    exit 1
fi
