package auth

import (
	"context"
	"net/url"
	"slices"

	"pantrie/auth/connection"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
)

// TestRun makes the checks of one test of a connection; see [connection.Run]. It must be called
// once.
type TestRun func(ctx context.Context, emit func(connection.Check)) []connection.Check

// BeginTest prepares a test of the connection to p with a redirect URI. Only one runs at a time,
// because each asks the provider, and a server of somebody's choice, a dozen times.
// [fault.TestRunning].
func (s *Service) BeginTest(p provider.Provider, redirect string) (TestRun, error) {
	transport, err := s.discoveries.Transport(p.CA)
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

// HostsOf are those that Pantrie contacts for a provider: the issuer's, and those that its discovery document names
// once it has been read; Google's are known before.
func (s *Service) HostsOf(p provider.Provider) []string {
	if !p.Configured() {
		return nil
	}
	addresses := []string{p.Issuer()}
	if p.ID == provider.Google {
		addresses = append(addresses, "https://accounts.google.com", "https://oauth2.googleapis.com", "https://openidconnect.googleapis.com", "https://www.googleapis.com")
	}
	if m := s.discoveries.LastGood(p); m != nil {
		addresses = append(addresses, m.Addresses()...)
	}
	var hosts []string
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Host != "" && !slices.Contains(hosts, u.Host) {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}

// OffersRefresh says whether a provider gives refresh tokens, by what came of asking for one, and before that by its
// discovery document; nil while neither is known.
func (s *Service) OffersRefresh(p provider.Provider, seen provider.Seen) *bool {
	if seen.Refresh != "" {
		return new(seen.Refresh == provider.RefreshGiven)
	}
	if m := s.discoveries.LastGood(p); m != nil && !m.OffersRefresh {
		return new(false)
	}
	return nil
}
