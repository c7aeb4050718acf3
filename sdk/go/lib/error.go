package dualbench

import (
	"errors"

	abi "dualbench/internal/imports/dualbench_scenario_engines"
)

// Why a call could not be served: ask with errors.Is; the error's own text is the host's. An engine's failure is no error: it is
// the Ending of its exchange.
var (
	// No such engine or pipeline in the configuration.
	ErrNotConfigured = errors.New("not configured")
	// The manifest does not name this target.
	ErrNotAllowed = errors.New("not allowed")
	// The request makes no sense.
	ErrInvalid = errors.New("invalid")
	// A limit of this run is reached.
	ErrLimit = errors.New("limit")
	// A prompt of that length could not be made for this engine.
	ErrCalibration = errors.New("calibration")
	// Return soon.
	ErrStopping = errors.New("the run is being stopped")
)

type hostError struct {
	kind  error
	words string
}

func (e *hostError) Error() string { return e.words }
func (e *hostError) Unwrap() error { return e.kind }

// What the SDK itself refuses.
func invalid(words string) error { return &hostError{ErrInvalid, words} }

func failed(e abi.Error) error {
	switch e.Tag() {
	case abi.Error_NotConfigured:
		return &hostError{ErrNotConfigured, e.NotConfigured()}
	case abi.Error_NotAllowed:
		return &hostError{ErrNotAllowed, e.NotAllowed()}
	case abi.Error_Invalid:
		return &hostError{ErrInvalid, e.Invalid()}
	case abi.Error_Limit:
		return &hostError{ErrLimit, e.Limit()}
	case abi.Error_Calibration:
		return &hostError{ErrCalibration, e.Calibration()}
	default:
		return ErrStopping
	}
}
