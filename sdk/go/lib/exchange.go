package dualbench

import (
	"io"
	"iter"

	abi "dualbench/internal/imports/dualbench_scenario_engines"
)

// Chunk is one content-bearing event of a stream; not a token. Its text shares a large block of memory with others of its time:
// strings.Clone what you keep for long.
type Chunk = abi.Chunk

const (
	Answer    = abi.ChunkKind_Answer
	Reasoning = abi.ChunkKind_Reasoning
	ToolCall  = abi.ChunkKind_ToolCall
)

// Measures are those of one exchange.
type Measures = abi.Measures

// Ending says how an exchange ended. Only Complete and LengthReached enter statistics.
type Ending = abi.Ending

const (
	Complete      Ending = abi.Ending_Complete
	LengthReached Ending = abi.Ending_Length
	Cancelled     Ending = abi.Ending_Cancelled
	Stalled       Ending = abi.Ending_Stalled
	Truncated     Ending = abi.Ending_Truncated
	Refused       Ending = abi.Ending_Refused
	Broken        Ending = abi.Ending_Broken
	Malformed     Ending = abi.Ending_Malformed
)

// EndingWord is the contract's word: complete, length, …
func EndingWord(ending Ending) string {
	words := [...]string{"complete", "length", "cancelled", "stalled", "truncated", "refused", "broken", "malformed"}
	return words[ending]
}

// Exchange is one streamed request, owned by the host: it goes on whatever the scenario does.
type Exchange struct{ of *abi.Exchange }

// Start sends a request and returns before the first token; it blocks only to make a calibrated prompt.
func Start(target Target, request Request) (*Exchange, error) {
	started := abi.Start(target, request.abi())
	if started.IsErr() {
		return nil, failed(started.Err())
	}
	return &Exchange{started.Ok()}, nil
}

// Next blocks until the next chunk is here. The error is io.EOF when the stream has ended.
func (e *Exchange) Next() (Chunk, error) {
	got := e.of.Next()
	if got.IsErr() {
		return Chunk{}, failed(got.Err())
	}
	if chunk, there := got.Ok().Get(); there {
		return chunk, nil
	}
	return Chunk{}, io.EOF
}

// Chunks are those from here on, each blocking until it is here: for chunk, err := range exchange.Chunks(). The last one may come
// with an error.
func (e *Exchange) Chunks() iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		for {
			chunk, err := e.Next()
			if err == io.EOF || !yield(chunk, err) || err != nil {
				return
			}
		}
	}
}

// Finish blocks until the stream has ended, and gives its measures.
func (e *Exchange) Finish() (Measures, error) {
	got := e.of.Finish()
	if got.IsErr() {
		return Measures{}, failed(got.Err())
	}
	return got.Ok(), nil
}

// Text is the answer so far, without reasoning.
func (e *Exchange) Text() string { return e.of.Text() }

// Cancel ends the stream and the engine's work on it.
func (e *Exchange) Cancel() { e.of.Cancel() }

// Drop gives the handle back; a stream that has not ended is cancelled. The collector does not do it: write defer.
func (e *Exchange) Drop() { e.of.Drop() }

// WaitAny blocks until Next on at least one would not block, and gives their indexes, in order.
func WaitAny(exchanges []*Exchange) []int {
	handles := make([]*abi.Exchange, len(exchanges))
	for i, exchange := range exchanges {
		handles[i] = exchange.of
	}
	found := abi.WaitAny(handles)
	ready := make([]int, len(found))
	for i, index := range found {
		ready[i] = int(index)
	}
	return ready
}
