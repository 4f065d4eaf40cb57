// Says how Go, and so etcd, judges certificates: one JSON object a line on standard input, one a line on standard output.
//
// The trusted file is read as etcd reads it (client/pkg/tlsutil: one certificate that does not parse refuses the file), the chain as
// crypto/tls reads it from a peer. Where a key is given, both sides of a TLS handshake use the certificate, as etcd's peers do.
package main

import (
	"bufio"
	"bytes"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"time"
)

type question struct {
	Chain  []string `json:"chain"`
	Roots  []string `json:"roots"`
	At     int64    `json:"at"`
	Usages []string `json:"usages"`
	Key    string   `json:"key"`
	Name   string   `json:"name"`
	// Parse asks whether the first certificate of the chain is read at all, and no more.
	Parse bool `json:"parse"`
}

type answer struct {
	// Empty: accepted.
	Refused string `json:"refused"`
}

const mostRSABits = 8192

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	decoder := json.NewDecoder(in)
	fmt.Fprintln(os.Stderr, runtime.Version())
	for decoder.More() {
		var asked question
		if err := decoder.Decode(&asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		refused := ""
		if err := judge(asked); err != nil {
			refused = err.Error()
		}
		if err := out.Encode(answer{refused}); err != nil {
			os.Exit(1)
		}
	}
}

func parse(texts []string) ([]*x509.Certificate, error) {
	var found []*x509.Certificate
	for _, text := range texts {
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, err
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		found = append(found, certificate)
	}
	return found, nil
}

func judge(asked question) error {
	if asked.Parse {
		_, err := parse(asked.Chain[:1])
		return err
	}
	trusted, err := parse(asked.Roots)
	if err != nil {
		return fmt.Errorf("trusted file: %w", err)
	}
	roots := x509.NewCertPool()
	for _, certificate := range trusted {
		roots.AddCert(certificate)
	}
	chain, err := parse(asked.Chain)
	if err != nil {
		return err
	}
	between := x509.NewCertPool()
	for i, certificate := range chain {
		if key, is := certificate.PublicKey.(*rsa.PublicKey); is && key.N.BitLen() > mostRSABits {
			return errors.New("tls: RSA key larger than 8192 bits")
		}
		if i > 0 {
			between.AddCert(certificate)
		}
	}
	at := time.Unix(asked.At, 0)
	for _, usage := range asked.Usages {
		purpose := x509.ExtKeyUsageServerAuth
		if usage == "clientAuth" {
			purpose = x509.ExtKeyUsageClientAuth
		}
		_, err := chain[0].Verify(x509.VerifyOptions{
			Roots:         roots,
			Intermediates: between,
			CurrentTime:   at,
			KeyUsages:     []x509.ExtKeyUsage{purpose},
		})
		if err != nil {
			return fmt.Errorf("%s: %w", usage, err)
		}
	}
	if asked.Key == "" {
		return nil
	}
	return handshake(asked, roots, at)
}

// Both sides with the same certificate, each asking the other for it.
func handshake(asked question, roots *x509.CertPool, at time.Time) error {
	var text bytes.Buffer
	for _, one := range asked.Chain {
		der, _ := base64.StdEncoding.DecodeString(one)
		_ = pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	pair, err := tls.X509KeyPair(text.Bytes(), []byte(asked.Key))
	if err != nil {
		return err
	}
	clock := func() time.Time { return at }
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	deadline := time.Now().Add(20 * time.Second)
	_ = near.SetDeadline(deadline)
	_ = far.SetDeadline(deadline)
	server := tls.Server(near, &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    roots,
		MinVersion:   tls.VersionTLS12,
		Time:         clock,
	})
	client := tls.Client(far, &tls.Config{
		Certificates: []tls.Certificate{pair},
		RootCAs:      roots,
		ServerName:   asked.Name,
		MinVersion:   tls.VersionTLS12,
		Time:         clock,
	})
	served := make(chan error, 1)
	go func() {
		err := server.Handshake()
		if err == nil {
			_, err = server.Write([]byte{1})
		} else {
			near.Close()
		}
		served <- err
	}()
	err = client.Handshake()
	if err == nil {
		_, err = client.Read(make([]byte, 1))
	} else {
		far.Close()
	}
	if other := <-served; other != nil {
		return fmt.Errorf("handshake, server: %w", other)
	}
	return err
}
