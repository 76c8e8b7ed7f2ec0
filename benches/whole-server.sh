#!/usr/bin/env bash
#
# Compares whole servers under load: the same application bare and inside each contender, on a real
# listener.
#
#   benches/whole-server.sh [rounds] [seconds]
#
# Every round (9 unless given) starts each server in turn and loads it over 32 connections for the
# given time (3 s). The table has the median over the rounds of the requests per second, and of
# their ratio to the bare server of the same round: what drifts between rounds does not touch it.
# Client and server share the machine.

set -euo pipefail
export LC_ALL=C

contenders=(bare identity tollgate tollgate-stock-recorder axum-prometheus)
connections=32
threads=2
rounds=${1:-9}
seconds=${2:-3}

cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v wrk > /dev/null; then
    echo "wrk is missing: apt-get install wrk" >&2
    exit 1
fi

cargo build --quiet --release -p benches --bin server
target=$(cargo metadata --format-version 1 --no-deps | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')

results=$(mktemp)
server=
stop() {
    if [[ -n $server ]]; then
        kill "$server" 2> /dev/null || true
        wait "$server" 2> /dev/null || true
        server=
    fi
}
trap 'stop; rm -f "$results"' EXIT

# Prints the requests per second that $1 answers at $2 for $3 seconds.
load() {
    local output
    output=$(wrk --threads "$threads" --connections "$connections" --duration "$3s" "http://$2/users/4711")
    if grep -Eq 'Non-2xx|Socket errors' <<< "$output"; then
        printf '%s did not answer every request:\n%s\n' "$1" "$output" >&2
        return 1
    fi
    awk '$1 == "Requests/sec:" { print $2 }' <<< "$output"
}

for ((round = 1; round <= rounds; round++)); do
    for contender in "${contenders[@]}"; do
        exec {stdout}< <(exec "$target/release/server" "$contender")
        server=$!
        read -r -t 10 -u "$stdout" address
        load "$contender" "$address" 1 > /dev/null # warm up
        rate=$(load "$contender" "$address" "$seconds")
        stop
        exec {stdout}<&-
        echo "$round $contender $rate" >> "$results"
        echo "round $round: $contender $rate requests/s" >&2
    done
done

# Reads one figure a line, prints their median.
median() {
    sort -g | awk '{ figure[NR] = $1 } END { print (figure[int((NR + 1) / 2)] + figure[int(NR / 2) + 1]) / 2 }'
}

echo "| server | requests/s | of bare |"
echo "|---|---:|---:|"
for contender in "${contenders[@]}"; do
    rate=$(awk -v name="$contender" '$2 == name { print $3 }' "$results" | median)
    ratio=$(awk -v name="$contender" '
        $2 == "bare" { bare[$1] = $3 }
        $2 == name { print $3 / bare[$1] }' "$results" | median)
    printf '| %s | %.0f | %.3f |\n' "$contender" "$rate" "$ratio"
done
