package dualbench

import (
	abi "dualbench/internal/imports/dualbench_scenario_data"
)

// DataNames are the files of the folder NAME.data beside the module, as they were when it was loaded.
func DataNames() []string { return abi.Names() }

// ReadData gives the bytes of one of DataNames.
func ReadData(name string) ([]byte, error) {
	got := abi.Read(name)
	if got.IsErr() {
		return nil, &hostError{ErrInvalid, got.Err()}
	}
	return got.Ok(), nil
}
