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
