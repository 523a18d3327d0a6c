package auth

import (
	"context"

	"pantrie/auth/connection"
	"pantrie/auth/fault"
)

// TestRun makes the checks of one test of a connection; see [connection.Run]. It must be called
// once.
type TestRun func(ctx context.Context, emit func(connection.Check)) []connection.Check

// BeginTest prepares a test of the connection to p with a redirect URI. Only one runs at a time,
// because each asks the provider, and a server of somebody's choice, a dozen times.
// [fault.TestRunning].
func (s *Service) BeginTest(p Provider, redirect string) (TestRun, error) {
	transport, err := transportWith(s.providers.transport, p.CA)
	if err != nil {
		return nil, fault.Fields([]fault.Field{{Name: "ca", Code: fault.InvalidCertificate, Message: "The extra certificate authority cannot be read."}})
	}
	if !s.testing.TryLock() {
		return nil, fault.New(fault.TestRunning, "Another test is running. Wait until it is done.")
	}
	target := connection.Target{
		Kind: p.ID, Name: p.Name(), Issuer: p.Issuer(), DiscoveryURL: p.DiscoveryURL(), ClientID: p.ClientID, ClientSecret: p.ClientSecret,
		RedirectURI: redirect, Scopes: p.ScopesInForce(), AuthMethod: p.AuthMethod,
	}
	return func(ctx context.Context, emit func(connection.Check)) []connection.Check {
		defer s.testing.Unlock()
		return connection.Run(ctx, connection.Network{Transport: transport, Now: s.now, Limit: s.cfg.ProviderTimeout, Within: s.cfg.Within}, target, emit)
	}, nil
}
