# SSH keys of the lab and of its hosts. Host keys are made before the first boot, so known_hosts needs no scan.

SSH_PASSPHRASE=lab-passphrase

keys_make() {
  local dir=$LAB_DIR/ssh
  mkdir -p "$dir"
  chmod 700 "$dir"
  ssh-keygen -q -t ed25519 -N '' -C "$LAB" -f "$dir/id_ed25519"
  ssh-keygen -q -t rsa -b 2048 -N '' -C "$LAB rsa" -f "$dir/id_rsa"
  ssh-keygen -q -t ed25519 -N "$SSH_PASSPHRASE" -C "$LAB encrypted" -f "$dir/id_encrypted"
  cat "$dir"/id_*.pub >"$dir/authorized_keys"
  : >"$dir/known_hosts"
}

keys_make_host() {
  local dir address type key
  dir=$(host_dir "$1")/ssh
  mkdir -p "$dir"
  for type in ed25519 ecdsa; do
    ssh-keygen -q -t "$type" -N '' -C "$(host_name "$1")" -f "$dir/ssh_host_${type}_key"
    key=$(cut -d' ' -f1,2 "$dir/ssh_host_${type}_key.pub")
    for address in "$(network_address "$1")" "$(network_address6 "$1")" "$(host_name "$1")"; do
      echo "$address $key"
    done
  done >>"$LAB_DIR/ssh/known_hosts"
}
