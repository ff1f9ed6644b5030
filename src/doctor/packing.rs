//! How an operator packs a host by hand, so that it can be judged elsewhere.
use crate::collect::tmux;
use crate::report::command;
use crate::snapshot::{EXEMPTIONS, PRESENCE_ONLY, SHELL_VARIABLES};

/// A shell script that packs the session root `$1` and the registry `$2` into the folder `$3`. Nothing secret goes in: of
/// tmux only the lines that Houmao's names begin, of the session root no mailbox secrets and no launch environment, of the
/// shell what a snapshot would keep.
pub fn packing() -> String {
    let listing = command(&tmux::command(), false);
    let plain = SHELL_VARIABLES.iter().filter(|n| !PRESENCE_ONLY.contains(n) && !EXEMPTIONS.contains(n));
    let plain = plain.copied().collect::<Vec<_>>().join(" ");
    let (presence, exemptions) = (PRESENCE_ONLY.join(" "), EXEMPTIONS.join(" "));
    format!(
        r#"# sh pack.sh SESSION_ROOT REGISTRY FOLDER: packs what the doctor reads, to be judged elsewhere with
# houmao-doctor check FOLDER
set -eu
line() {{ printf "  %s: '%s'\n" "$1" "$(printf '%s' "$2" | tr '\n' ' ' | sed "s/'/''/g")"; }}
shell() {{
    for name in {plain}; do
        eval "set=\${{$name+set}} value=\${{$name-}}"
        [ -z "$set" ] || line "$name" "$value"
    done
    for name in {presence}; do # no proxy's address, only whether one is set
        eval "set=\${{$name+set}} value=\${{$name:+set}}"
        [ -z "$set" ] || line "$name" "$value"
    done
    for name in {exemptions}; do # only what exempts this machine
        eval "set=\${{$name+set}} value=\${{$name-}}"
        [ -z "$set" ] || line "$name" "$(printf '%s\n' "$value" | tr ', ' '\n\n' |
            grep -x -E '[.]?([*]|127[.]0[.]0[.]1|localhost|0[.]0[.]0[.]0|::1)' | tr '\n' ',')"
    done
}}
mkdir -p "$3/session-root" "$3/registry"
{{ {listing} || true; }} 2>&1 |
    LC_ALL=C grep -a -E '^(@|no server running|error connecting|(unset )?(HOUMAO|AGENTSYS)_)' > "$3/tmux.txt"
tar -C "$1" -chf - --exclude mailbox-secrets --exclude launch.env . | tar -C "$3/session-root" -xf -
tar -C "$2" -chf - . | tar -C "$3/registry" -xf -
cat > "$3/host.yaml" <<END
taken_at: $(date -u +%Y-%m-%dT%H:%M:%SZ)
uid: $(id -u)
home: $HOME
cwd: $PWD
session_root: $(cd "$1" && pwd -P)
registry: $(cd "$2" && pwd -P)
programs:
$(for p in claude codex gemini; do command -v "$p" > /dev/null && echo "  $p: $(command -v "$p")"; done)
absent:
$(sed -n 's/^HOUMAO_MANIFEST_PATH="\(.*\)"; export .*/\1/p' "$3/tmux.txt" |
    while read -r path; do [ -e "$path" ] || echo "  - $path"; done)
env:
$(shell)
# houmao: "0.4.2"          the installed release, if you know it
# other_tmux: []           if no other tmux server of this user runs
END
"#
    )
}
