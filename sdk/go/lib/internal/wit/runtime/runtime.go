// Package runtime gives the generated bindings their memory and handles.
//
// The host asks the guest for memory through cabi_realloc, and while it does so the guest may not call the host. Go's
// allocator may: when the heap grows or is collected it reads the clock, which is a call to the host, and the run traps after
// some thousands of chunks. So cabi_realloc never allocates. It cuts pieces off a block that Allocate, which the bindings call
// before every call to the host, has put there in ordinary times.
package runtime

import (
	"runtime"
	"unsafe"
)

const (
	// Of one block.
	blockBytes = 1 << 20
	// What must be left of a block when the host is called. One answer of the host that is larger takes memory of its own, and
	// the risk.
	reserveBytes = 1 << 19
	// What WASI's adapter takes before Go has begun: its stack and its state, 64 KiB each.
	earlyBytes = 192 << 10
)

var (
	// Pieces of it are what the guest's strings and lists of the host's lie in: the collector keeps it while one is referred to.
	block []byte
	used  uintptr
	// Answers that were too large for it, until the next call.
	large [][]uint64

	// In the module's own data: memory that is grown before Go has begun would be taken by Go for its own.
	early     [earlyBytes]byte
	earlyUsed uintptr
)

func init() { block = make([]byte, blockBytes) }

// Allocate gives a pinned place for what is handed to the host, and makes sure that the host finds enough room for its answer.
func Allocate(pinner *runtime.Pinner, size, align uintptr) unsafe.Pointer {
	if blockBytes-used < reserveBytes {
		block, used = make([]byte, blockBytes), 0
	}
	large = nil
	if size == 0 {
		return unsafe.Pointer(align)
	}
	// Words of eight bytes lie at a multiple of eight, the largest that the contract has.
	words := make([]uint64, (size+7)/8)
	place := unsafe.Pointer(unsafe.SliceData(words))
	pinner.Pin(place)
	return place
}

// Unpin has nothing to do: the collector frees a block when nothing in it is referred to.
func Unpin() {}

//go:wasmexport cabi_realloc
func cabiRealloc(old unsafe.Pointer, oldSize, align, size uintptr) unsafe.Pointer {
	place := cut(align, size)
	if old != nil && place != nil {
		copy(unsafe.Slice((*byte)(place), size), unsafe.Slice((*byte)(old), min(oldSize, size)))
	}
	return place
}

func cut(align, size uintptr) unsafe.Pointer {
	if block == nil {
		at := aligned(earlyUsed, align)
		if at+size > earlyBytes {
			return nil
		}
		earlyUsed = at + size
		return unsafe.Pointer(&early[at])
	}
	if size == 0 {
		return unsafe.Pointer(align)
	}
	at := aligned(used, align)
	if at+size > uintptr(len(block)) {
		large = append(large, make([]uint64, (size+7)/8))
		return unsafe.Pointer(unsafe.SliceData(large[len(large)-1]))
	}
	used = at + size
	return unsafe.Pointer(&block[at])
}

func aligned(at, align uintptr) uintptr { return (at + align - 1) &^ (align - 1) }

// Handle is one of the host's resources; 0 where it was given back.
type Handle struct{ value int32 }

func MakeHandle(value int32) *Handle { return &Handle{value} }

// Use gives the number. It panics after the handle was given back, which is a mistake in the scenario.
func (h *Handle) Use() int32 {
	if h.value == 0 {
		panic("the exchange was dropped before")
	}
	return h.value
}

func (h *Handle) Set(value int32) { h.value = value }

func (h *Handle) Take() int32 {
	value := h.Use()
	h.value = 0
	return value
}

func (h *Handle) TakeOrNil() int32 {
	value := h.value
	h.value = 0
	return value
}
