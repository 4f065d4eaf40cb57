# The switch of a lab is a bridge in a network namespace of its own, so that no firewall rule of the machine applies
# between hosts. `edl<index>` on the machine is the machine's port of that switch, `ve<n>` in the namespace is host n's.

# The namespace's name is the claim on the index: `ip netns add` fails for a name that is taken.
network_claim() {
  local index
  exec 8>/run/etcd-deploy-lab.lock
  flock 8
  for index in $(seq 1 250); do
    if ! ip link show "edl$index" >/dev/null 2>&1 && ip netns add "edl$index" 2>/dev/null; then
      INDEX=$index
      echo "$index" >"$LAB_DIR/index"
      break
    fi
  done
  exec 8>&-
  [ -n "$INDEX" ] || die "all 250 lab networks are in use; see: lab/lab list"
}

network_address() { echo "10.231.$INDEX.$((10 + $1))"; }
network_address6() { echo "fd00:ed1:$INDEX::$((10 + $1))"; }
gateway_address() { echo "10.231.$INDEX.1"; }
gateway_address6() { echo "fd00:ed1:$INDEX::1"; }

network_up() {
  local switch=edl$INDEX
  ip -n "$switch" link set lo up
  ip -n "$switch" link add br0 type bridge
  ip -n "$switch" link set br0 up
  ip link add "$switch" type veth peer name machine netns "$switch"
  ip -n "$switch" link set machine master br0 up
  [ ! -e "/proc/sys/net/ipv6/conf/$switch/disable_ipv6" ] || echo 0 >"/proc/sys/net/ipv6/conf/$switch/disable_ipv6"
  ip address add "$(gateway_address)/24" dev "$switch"
  ip address add "$(gateway_address6)/64" dev "$switch" nodad
  ip link set "$switch" up
}

network_add_host() {
  local switch=edl$INDEX space=edl$INDEX-$1
  ip netns add "$space"
  ip -n "$switch" link add "ve$1" type veth peer name eth0 netns "$space"
  ip -n "$switch" link set "ve$1" master br0 up
  ip -n "$space" link set lo up
  ip -n "$space" address add "$(network_address "$1")/24" dev eth0
  ip -n "$space" address add "$(network_address6 "$1")/64" dev eth0 nodad
  ip -n "$space" link set eth0 up
  ip -n "$space" route add default via "$(gateway_address)"
}

network_cut() { ip -n "edl$INDEX" link set "ve$1" down; }
network_mend() { ip -n "edl$INDEX" link set "ve$1" up; }

network_down() {
  local space
  ip link delete "edl$INDEX" 2>/dev/null || true
  for space in $(ip netns list | awk -v lab="edl$INDEX" '$1 == lab || index($1, lab "-") == 1 { print $1 }'); do
    ip netns delete "$space"
  done
}
