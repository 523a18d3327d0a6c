package auth_test

import (
	"testing"

	"pantrie/auth"
	"pantrie/auth/authtest/matrix"
)

// TestMatrix plays the whole matrix of sign-ins over [front]. Package app plays what its API tells of it.
func TestMatrix(t *testing.T) {
	matrix.Run(t, func(t testing.TB, tune ...func(*auth.Config)) *matrix.Host {
		t.Helper()
		return newHost(t, tune...)
	}, matrix.Every)
}
