package db

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrUnsealable says that a sealed value cannot be opened: another key, another name, or damage.
var ErrUnsealable = errors.New("sealed value cannot be opened with this secret key")

// Sealer encrypts what must not be readable in a copy of the database: AES-256-GCM with
// the value's name as associated data, so that a value cannot be moved to another name.
type Sealer struct {
	aead    cipher.AEAD
	missing error
}

// KeyFile is the file of the key in the data folder.
const KeyFile = "secret.key"

// KeySize is the length of the secret key in bytes.
const KeySize = 32

// LoadSealer takes the key from override (base64 of 32 bytes) or, when that is empty, from
// the file secret.key in dir, which it creates with mode 0600 when it is missing, and which others on the machine
// may not read from then on.
func LoadSealer(dir, override string) (*Sealer, error) {
	if override != "" {
		return sealerFromText(override)
	}
	path := filepath.Join(dir, KeyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = createKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read secret key: %w", err)
	}
	s, err := sealerFromText(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(path, 0o600) // as it was made; who mounts it read-only has decided
	}
	return s, nil
}

// ReadSealer is [LoadSealer] for whoever may not make a key. Without one that can be read, what it returns opens and
// seals nothing, and [Sealer.Missing] says why.
func ReadSealer(dir, override string) *Sealer {
	if override != "" {
		s, err := sealerFromText(override)
		if err != nil {
			return &Sealer{missing: err}
		}
		return s
	}
	path := filepath.Join(dir, KeyFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return &Sealer{missing: fmt.Errorf("read secret key: %w", err)}
	}
	s, err := sealerFromText(strings.TrimSpace(string(text)))
	if err != nil {
		return &Sealer{missing: fmt.Errorf("%s: %w", path, err)}
	}
	return s
}

// Missing is why there is no key, an error of [fs.ErrNotExist] when there is no file of it; nil when there is one.
func (s *Sealer) Missing() error { return s.missing }

// createKey writes a new key beside its final name first, so that a killed process leaves
// either no key or a whole one.
func createKey(path string) ([]byte, error) {
	key := make([]byte, KeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	text := []byte(base64.StdEncoding.EncodeToString(key) + "\n")
	f, err := os.CreateTemp(filepath.Dir(path), "secret.key.*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name()) // gone after the link below
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return nil, err
	}
	return text, nil
}

func sealerFromText(text string) (*Sealer, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != KeySize {
		return nil, errors.New("the secret key must be 32 bytes in base64")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{aead: aead}, nil
}

// Seal encrypts value under its name. The answer is nonce and ciphertext.
func (s *Sealer) Seal(name string, value []byte) ([]byte, error) {
	if s.missing != nil {
		return nil, s.missing
	}
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("seal value: %w", err)
	}
	return s.aead.Seal(nonce, nonce, value, []byte(name)), nil
}

// Open decrypts what Seal made under the same name, or answers [ErrUnsealable].
func (s *Sealer) Open(name string, sealed []byte) ([]byte, error) {
	if s.missing != nil {
		return nil, ErrUnsealable
	}
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return nil, ErrUnsealable
	}
	value, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(name))
	if err != nil {
		return nil, ErrUnsealable
	}
	return value, nil
}

// Opens says whether this key opens a stored value.
func (s *Sealer) Opens(v Setting) bool {
	_, err := s.Open(v.Key, v.Value)
	return err == nil
}
