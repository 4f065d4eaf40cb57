import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `systemctl`, `systemd-run` and `journalctl` as small real scripts, for what the scripts of a roll ask of them: units are files
 * in `units`, a timer is a process that sleeps, and `log` has a line for each call that changes something.
 */
export const stubSystemd = (folder: string): { path: string; units: string; log: string } => {
  const bin = join(folder, 'stub')
  const units = join(folder, 'units')
  const log = join(folder, 'systemd.log')
  mkdirSync(bin)
  mkdirSync(units)
  writeFileSync(log, '')
  const script = (name: string, text: string): void =>
    writeFileSync(join(bin, name), `#!/bin/sh\nexec 8>&- 9>&-\nunits='${units}' log='${log}'\n${text}`, {
      mode: 0o755,
    })
  script(
    'systemctl',
    `words=$*
verb=$1; shift
names=; for word; do case $word in -*) ;; *) names="$names $word" ;; esac; done
case $verb in
  daemon-reload) echo "$words" >>"$log" ;;
  restart) echo "$words" >>"$log"; echo "$$" >"$units/started" ;;
  # A service runs once there is a file that says since when.
  show) case $words in
      *MainPID*) [ -f "$units/started" ] && echo MainPID=1 || echo MainPID=0 ;;
      *Monotonic*) echo "ExecMainStartTimestampMonotonic=$(cat "$units/started" 2>/dev/null || echo 0)" ;;
    esac ;;
  is-active) for name in $names; do [ -f "$units/$name.pid" ] && kill -0 "$(cat "$units/$name.pid")" || exit 3; done ;;
  start) for name in $names; do
      [ -f "$units/$name" ] || exit 5
      # One unit runs once at a time.
      flock "$units/.lock" sh -c 'path=$(sed -n "s/^ConditionPathExists=//p" "$1"); [ ! -e "$path" ] || eval "$(sed -n "s/^ExecStart=//p" "$1")"' \
        start "$units/$name" >/dev/null 2>&1 || exit 1
    done ;;
  stop) for name in $names; do
      [ ! -f "$units/$name.pid" ] || { kill "$(cat "$units/$name.pid")" 2>/dev/null; rm -f "$units/$name.pid"; }
    done ;;
esac
exit 0
`,
  )
  script(
    'systemd-run',
    `seconds=
while :; do case $1 in --on-active=*) seconds=\${1#*=} ;; --unit=*) unit=\${1#*=} ;; -*) ;; *) break ;; esac; shift; [ $# -gt 0 ] || break; done
if [ -z "$seconds" ]; then
  "$@" >/dev/null 2>&1 </dev/null &
  echo $! >"$units/$unit.pid"
  exit 0
fi
[ -f "$units/$unit.service" ] && [ ! -e "$units/fail-run" ] || { echo 'Failed to start' >&2; exit 1; }
( sleep "$seconds"; rm -f "$units/$unit.timer.pid"; exec systemctl start "$unit.service" ) >/dev/null 2>&1 </dev/null &
echo $! >"$units/$unit.timer.pid"
`,
  )
  script('journalctl', `echo 'the journal of that unit'\n`)
  return { path: `${bin}:${process.env['PATH']}`, units, log }
}
