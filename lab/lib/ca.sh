# The lab's certificate authorities: RSA with its key in PKCS#8 and in PKCS#1, and ECDSA.

ca_make() {
  local dir=$LAB_DIR/ca
  mkdir -p "$dir"
  chmod 700 "$dir"
  (
    umask 077
    openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$dir/ca-key.pem" 2>/dev/null ||
      openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$dir/ca-key.pem" 2>/dev/null
    openssl rsa -traditional -in "$dir/ca-key.pem" -out "$dir/ca-key-pkcs1.pem" 2>/dev/null
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$dir/ca-ecdsa-key.pem" 2>/dev/null
    ca_certify "$dir/ca-key.pem" "$dir/ca.pem" "lab $LAB"
    ca_certify "$dir/ca-ecdsa-key.pem" "$dir/ca-ecdsa.pem" "lab $LAB ecdsa"
  )
}

ca_certify() {
  openssl req -x509 -new -sha256 -days 3650 -key "$1" -out "$2" -subj "/C=CN/ST=HangZhou/L=XS/O=k8s/OU=System/CN=$3" \
    -addext 'keyUsage=critical,keyCertSign,cRLSign'
}
