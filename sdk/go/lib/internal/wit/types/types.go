// Package types has what the generated bindings name of the contract's options, results and tuples.
package types

const (
	OptionNone uint8 = iota
	OptionSome
)

const (
	ResultOk uint8 = iota
	ResultErr
)

// Option is a value that may be missing.
type Option[T any] struct {
	tag   uint8
	value T
}

func Some[T any](value T) Option[T] { return Option[T]{OptionSome, value} }
func None[T any]() Option[T]        { return Option[T]{} }

func (o Option[T]) Tag() uint8 { return o.tag }

func (o Option[T]) Some() T {
	if o.tag != OptionSome {
		panic("a missing value was read")
	}
	return o.value
}

// Get gives the value and whether there is one.
func (o Option[T]) Get() (T, bool) { return o.value, o.tag == OptionSome }

// Result is a value or an error.
type Result[T, E any] struct {
	tag uint8
	ok  T
	err E
}

func Ok[T, E any](value T) Result[T, E] { return Result[T, E]{tag: ResultOk, ok: value} }
func Err[T, E any](err E) Result[T, E]  { return Result[T, E]{tag: ResultErr, err: err} }

func (r Result[T, E]) Tag() uint8 { return r.tag }

func (r Result[T, E]) Ok() T {
	if r.tag != ResultOk {
		panic("an error was read as a value")
	}
	return r.ok
}

func (r Result[T, E]) Err() E {
	if r.tag != ResultErr {
		panic("a value was read as an error")
	}
	return r.err
}

// IsErr says which of the two it is.
func (r Result[T, E]) IsErr() bool { return r.tag == ResultErr }

type Unit struct{}

type Tuple2[A, B any] struct {
	F0 A
	F1 B
}
