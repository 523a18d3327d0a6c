package provision

// StepID names a step of Apply.
type StepID string

// The steps.
const (
	StepConnect     StepID = "connect"
	StepFlow        StepID = "flow"
	StepScopes      StepID = "scopes"
	StepSigningKey  StepID = "signing_key"
	StepGroup       StepID = "group"
	StepProvider    StepID = "provider"
	StepApplication StepID = "application"
	StepBinding     StepID = "binding"
	StepSave        StepID = "save"
	StepUndo        StepID = "undo"
)

// StepIDs lists every step in the order they run. StepSave runs where somebody stores the
// result, StepUndo after a failure.
func StepIDs() []StepID {
	return []StepID{
		StepConnect, StepFlow, StepScopes, StepSigningKey, StepGroup, StepProvider, StepApplication, StepBinding, StepSave, StepUndo,
	}
}

// Status says how far a step is.
type Status string

// The statuses. A step that was done can become removed or left, after another has failed.
const (
	StatusRunning Status = "running"
	StatusDone    Status = "done"
	StatusSkipped Status = "skipped"
	StatusFailed  Status = "failed"
	StatusRemoved Status = "removed"
	StatusLeft    Status = "left"
)

// Statuses lists every status.
func Statuses() []Status {
	return []Status{StatusRunning, StatusDone, StatusSkipped, StatusFailed, StatusRemoved, StatusLeft}
}

// Step is how far a step is, with a sentence for people.
type Step struct {
	ID     StepID
	Status Status
	Text   string
}
