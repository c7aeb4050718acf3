// Package dualbench is for writing a dualbench scenario in Go.
//
//	func init() { dualbench.Register(manifest, run) }
//	func main() {}
//
// A scenario decides what is asked of the engines. The host sends, stamps, computes and stores: nothing here can change a
// number, and a slow scenario never slows a stream. What each measure means is in docs/measures.md.
package dualbench

import (
	world "dualbench/internal/exports/export_wit_world"
	_ "dualbench/internal/exports/wit_exports"
	"dualbench/internal/wit/types"
)

// Optional is a value that may be missing, which is never the same as 0: value, known := measures.TtftMs.Get().
type Optional[T any] = types.Option[T]

// Some is a value that is there.
func Some[T any](value T) Optional[T] { return types.Some(value) }

// Register makes the two this module's scenario. Call it once, in init.
func Register(manifest Manifest, run func(Arguments) error) {
	world.Scenario.Describe = manifest.abi
	world.Scenario.Run = func(items []argument) error { return run(Arguments{items}) }
}

// RegisterUser makes a function the round of a scripted user, which Users calls again and again, each user in an instance of
// its own. An error ends that user. Call it once, in init.
func RegisterUser(round func(arguments Arguments, index uint32) error) {
	world.Scenario.User = func(items []argument, index uint32) error { return round(Arguments{items}, index) }
}
