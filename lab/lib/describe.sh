# What a lab tells its users: lab.json for programs, variables for shells.

lab_describe() {
  local ssh=$LAB_DIR/ssh ca=$LAB_DIR/ca
  cat >"$LAB_DIR/lab.json.new" <<TEXT
{
  "lab": "$LAB",
  "index": $INDEX,
  "dir": "$LAB_DIR",
  "interface": "edl$INDEX",
  "bridge": "$(gateway_address)",
  "bridge6": "$(gateway_address6)",
  "hosts": [
$(describe_hosts)
  ],
  "ssh": {
    "user": "root",
    "port": 22,
    "keyFile": "$ssh/id_ed25519",
    "rsaKeyFile": "$ssh/id_rsa",
    "encryptedKeyFile": "$ssh/id_encrypted",
    "passphrase": "$SSH_PASSPHRASE",
    "knownHostsFile": "$ssh/known_hosts"
  },
  "ca": {
    "certFile": "$ca/ca.pem",
    "keyFile": "$ca/ca-key.pem",
    "pkcs1KeyFile": "$ca/ca-key-pkcs1.pem",
    "ecdsaCertFile": "$ca/ca-ecdsa.pem",
    "ecdsaKeyFile": "$ca/ca-ecdsa-key.pem"
  },
  "mirror": {
    "url": "$(mirror_url)",
    "dir": "$MIRROR_DIR",
    "logFile": "$LAB_DIR/mirror.log",
    "archives": {
$(describe_archives)
    }
  }
}
TEXT
  mv "$LAB_DIR/lab.json.new" "$LAB_DIR/lab.json"
  give_to_caller "$LAB_DIR/ssh" "$LAB_DIR/ca" "$LAB_DIR/lab.json"
}

describe_hosts() {
  local number
  for number in $(host_numbers); do
    printf '    { "number": %s, "name": "%s", "address": "%s", "address6": "%s" },\n' "$number" "$(host_name "$number")" \
      "$(network_address "$number")" "$(network_address6 "$number")"
  done | sed '$ s/,$//'
}

describe_archives() {
  local version
  for version in $(release_list); do
    printf '      "%s": { "file": "%s", "sha256": "%s", "source": "%s" },\n' "$version" "$(release_archive "$version")" \
      "$(release_digest "$version")" "$(<"$STATE/releases/$version.source")"
  done | sed '$ s/,$//'
}

lab_environment() {
  local number
  echo "LAB=$LAB"
  echo "LAB_JSON=$LAB_DIR/lab.json"
  echo "LAB_HOSTS='$(for number in $(host_numbers); do network_address "$number"; done | paste -sd' ')'"
  echo "LAB_SSH_KEY=$LAB_DIR/ssh/id_ed25519"
  echo "LAB_KNOWN_HOSTS=$LAB_DIR/ssh/known_hosts"
  echo "LAB_CA_CERT=$LAB_DIR/ca/ca.pem"
  echo "LAB_CA_KEY=$LAB_DIR/ca/ca-key.pem"
  echo "LAB_MIRROR=$(mirror_url)"
}
