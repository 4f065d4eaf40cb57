import { LISTENS } from './listens.js'
import { PRIVATE_WAY } from './private-way.js'

/**
 * Arguments: scratch folder (its parent is root's), etcd, etcdctl, service user, path of a key that is there already or '', then the
 * sizes of CA, certificate and (without such a path) key, which come on stdin in this order.
 * Prints `accepted`, or nothing and on stderr what etcd and etcdctl said. Ends with 0 in both cases; 21: it could not be tried.
 * The key is in a folder of root's, readable for the service user alone from its first byte.
 */
export const JUDGE_PAIR_SCRIPT = `set -u
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
umask 077
scratch=$1 etcd=$2 etcdctl=$3 user=$4 known=$5
shift 5
${PRIVATE_WAY}
guard "\${scratch%/*}" "\${known%/*}/"
judge=
sweep() {
  # The folder goes last: what still runs would write into it.
  [ -z "$judge" ] || { kill "$judge" 2>/dev/null; wait "$judge" 2>/dev/null; }
  rm -rf -- "$scratch"
}
trap 'sweep; exit 143' HUP INT TERM
trap '' PIPE
stop() { echo "$1" >&2; sweep; exit 21; }

# etcd sets aside 128 MiB for its log, and members that run have to keep room for theirs.
df -P -B1 -- "\${scratch%/*}" | {
  read -r line && read -r line line line free line && [ "$free" -ge 536870912 ]
} || stop "there is less than 512 MiB of room in \${scratch%/*}"
rm -rf -- "$scratch" && mkdir -m 0711 -- "$scratch" || stop "cannot make $scratch"
put() { head -c "$2" >"$scratch/$1" && [ "$(wc -c <"$scratch/$1")" -eq "$2" ] || stop "what came was cut off"; }
put ca.pem "$1"
put etcd.pem "$2"
if [ -n "$known" ]; then cp -- "$known" "$scratch/etcd-key.pem" || stop "cannot read $known"; else put etcd-key.pem "$3"; fi
group=$(id -gn -- "$user") && mkdir -- "$scratch/data" && chown -- "$user:" "$scratch/data" "$scratch/etcd-key.pem" &&
  chmod 0644 -- "$scratch/ca.pem" "$scratch/etcd.pem" || stop "cannot hand it to $user"

# As the service would read them, and after everything else that wants the processor or the disk.
if [ "$user" = root ]; then as=
elif command -v setpriv >/dev/null; then as="setpriv --reuid=$user --regid=$group --clear-groups"
elif command -v runuser >/dev/null; then as="runuser -u $user --"
else stop 'neither setpriv nor runuser is there'
fi
gently='nice -n 19'
! command -v ionice >/dev/null || gently="$gently ionice -c 3"

${LISTENS}
cd -- "$scratch" || stop "cannot enter $scratch"
tries=0
while :; do
  port=$(($(od -An -N2 -tu2 /dev/urandom) % 28000 + 33000))
  ! listens $port || continue
  url=https://127.0.0.1:$port
  env -i PATH="$PATH" timeout -k 1 30 $gently $as "$etcd" --data-dir="$scratch/data" --listen-client-urls=$url --advertise-client-urls=$url \\
    --listen-peer-urls=http://127.0.0.1:0 --cert-file="$scratch/etcd.pem" --key-file="$scratch/etcd-key.pem" \\
    --trusted-ca-file="$scratch/ca.pem" --client-cert-auth --heartbeat-interval=10 --election-timeout=50 \\
    </dev/null >"$scratch/said" 2>&1 &
  judge=$!
  waited=0
  while ! listens $port && kill -0 $judge 2>/dev/null && [ $waited -lt 500 ]; do waited=$((waited + 1)); sleep 0.02; done
  kill -0 $judge 2>/dev/null && listens $port && break
  tries=$((tries + 1))
  # Somebody was quicker: another port.
  [ $tries -lt 3 ] && grep -q 'address already in use' "$scratch/said" && { wait $judge; rm -rf -- "$scratch/data/"*; continue; }
  break
done

tries=0 verdict=
while kill -0 $judge 2>/dev/null && [ $tries -lt 4 ]; do
  tries=$((tries + 1))
  env -i PATH="$PATH" HOME=/ ETCDCTL_API=3 timeout -k 1 10 $gently $as "$etcdctl" --endpoints=$url --cacert="$scratch/ca.pem" \\
    --cert="$scratch/etcd.pem" --key="$scratch/etcd-key.pem" --dial-timeout=2s --command-timeout=2s get etcd-deploy \\
    </dev/null >"$scratch/answer" 2>&1 && { verdict=accepted; break; }
  ! grep -q -e 'x509: ' -e 'remote error: tls: ' "$scratch/answer" "$scratch/said" || break
done
[ -z "$verdict" ] || echo $verdict
[ -n "$verdict" ] || { head -c 65536 -- "$scratch/answer" 2>/dev/null; tail -c 65536 -- "$scratch/said"; } >&2
sweep
exit 0
`
