#!/usr/bin/env bash
# Runs the fuzzers, one after the other: libFuzzer over everything that reads what a server or a caller may send.
#
#   Tests/Fuzzing/run.sh                    every target, 2,000,000 inputs each
#   Tests/Fuzzing/run.sh events 50000       one of: events dates fields urls entries redactor
#
# An input that ends the process or breaks a property is kept in .build/fuzz/findings; run it alone with
#   RESILIENT_FUZZ_TARGET=events .build/fuzz/fuzzer .build/fuzz/findings/crash-…
# What a run learns stays in .build/fuzz/corpus and starts the next one; the seeds themselves are never written to.
set -euo pipefail
cd "$(dirname "$0")/../.."

all=(events dates fields urls entries redactor)
runs=${2:-2000000}
targets=("${1:-all}")
if [[ ${targets[0]} == all ]]; then targets=("${all[@]}"); fi
for target in "${targets[@]}"; do
    [[ -d Tests/Fuzzing/Seeds/$target ]] || { echo "fuzz: there is no target '$target'; there are ${all[*]}" >&2; exit 2; }
done

out=.build/fuzz
mkdir -p "$out/findings"
# The client and the targets as one module, so that the parsers are reached without being public.
mapfile -t sources < <(find Sources/ResilientHTTP Tests/Fuzzing/Sources -name '*.swift' | sort)
digest=$(cat "${sources[@]}" "$0" | sha256sum)
if [[ ! -x $out/fuzzer || $(cat "$out/digest" 2>/dev/null) != "$digest" ]]; then
    echo "fuzz: building …"
    nice swiftc -o "$out/fuzzer" -module-name ResilientFuzzing -package-name resilienthttp -swift-version 6 \
        -parse-as-library -sanitize=fuzzer -O -wmo \
        -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility \
        -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature NonisolatedNonsendingByDefault \
        "${sources[@]}"
    echo "$digest" >"$out/digest"
fi

for target in "${targets[@]}"; do
    mkdir -p "$out/corpus/$target"
    options=()
    if [[ -f Tests/Fuzzing/Seeds/$target.dict ]]; then options+=(-dict="Tests/Fuzzing/Seeds/$target.dict"); fi
    echo "fuzz: $target, $runs inputs …"
    # Swift's own handler of crashes would take them from libFuzzer, which then keeps no input.
    SWIFT_BACKTRACE=enable=no RESILIENT_FUZZ_TARGET=$target nice "$out/fuzzer" -runs="$runs" -max_len=512 -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$out/findings/" -print_final_stats=1 -verbosity=1 "${options[@]}" \
        "$out/corpus/$target" "Tests/Fuzzing/Seeds/$target" >"$out/$target.log" 2>&1 ||
        { tail -40 "$out/$target.log" >&2; echo "fuzz: FAILED in $target, see $out/$target.log" >&2; exit 1; }
    grep -E "^Done |average_exec_per_sec|peak_rss" "$out/$target.log" | sed "s/^/fuzz:   /"
done
echo "fuzz: NO FINDINGS (${targets[*]})"
