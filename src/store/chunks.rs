//! The chunks of one exchange as a compact blob, and back. No chunk is ever thinned out or rounded.
//!
//! Format 1: the byte `1`; the number of chunks; then for each chunk
//! - the distance in ns from the chunk before (from the send for the first one), zigzag-coded, so that even a step
//!   back, which would be our defect, is kept as it was seen;
//! - one byte of flags: bits 0–1 the kind (0 answer, 1 reasoning, 2 tool call), bit 2 coalesced, bits 3–4 the
//!   tokens (0 not told, 1 one token, 2 the number follows);
//! - the number of tokens, where the flags say so.
//!
//! Numbers are LEB128: seven bits a byte, the lowest first. A chunk 10 ms after the last takes five bytes.

use std::time::Duration;

use crate::measure::{Chunk, ChunkKind};

const FORMAT: u8 = 1;
const COALESCED: u8 = 1 << 2;
const ONE_TOKEN: u8 = 1 << 3;
const SOME_TOKENS: u8 = 2 << 3;

/// Why a blob could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkBlobError {
    #[error("the chunks are in format {0}, and this dualbench knows format {FORMAT}")]
    UnknownFormat(u8),
    #[error("the chunks end in the middle of one")]
    CutShort,
    #[error("the chunks hold what no chunk can be")]
    Garbage,
}

/// The blob of these chunks.
pub fn encode(chunks: &[Chunk]) -> Vec<u8> {
    let mut out = Vec::with_capacity(4 + chunks.len() * 6);
    out.push(FORMAT);
    push_number(&mut out, chunks.len() as u64);
    let mut before = 0_i64;
    for chunk in chunks {
        let at = i64::try_from(chunk.offset.as_nanos()).unwrap_or(i64::MAX);
        push_number(&mut out, zigzag(at - before));
        before = at;
        out.push(flags(chunk));
        if let Some(n) = chunk.tokens.filter(|n| *n != 1) {
            push_number(&mut out, u64::from(n));
        }
    }
    out
}

/// The chunks of a blob.
pub fn decode(blob: &[u8]) -> Result<Vec<Chunk>, ChunkBlobError> {
    let mut rest = Reader(blob);
    match rest.byte()? {
        FORMAT => {}
        other => return Err(ChunkBlobError::UnknownFormat(other)),
    }
    let count = usize::try_from(rest.number()?).map_err(|_| ChunkBlobError::Garbage)?;
    // A chunk takes two bytes at least: a damaged count must not reserve memory.
    let mut chunks = Vec::with_capacity(count.min(blob.len() / 2));
    let mut at = 0_i64;
    for _ in 0..count {
        at = at.checked_add(unzigzag(rest.number()?)).ok_or(ChunkBlobError::Garbage)?;
        let offset = Duration::from_nanos(u64::try_from(at).map_err(|_| ChunkBlobError::Garbage)?);
        let flags = rest.byte()?;
        chunks.push(Chunk {
            offset,
            kind: kind(flags)?,
            tokens: tokens(flags, &mut rest)?,
            coalesced: flags & COALESCED != 0,
        });
    }
    if rest.0.is_empty() { Ok(chunks) } else { Err(ChunkBlobError::Garbage) }
}

fn flags(chunk: &Chunk) -> u8 {
    let kind = match chunk.kind {
        ChunkKind::Answer => 0,
        ChunkKind::Reasoning => 1,
        ChunkKind::ToolCall => 2,
    };
    let coalesced = if chunk.coalesced { COALESCED } else { 0 };
    let tokens = match chunk.tokens {
        None => 0,
        Some(1) => ONE_TOKEN,
        Some(_) => SOME_TOKENS,
    };
    kind | coalesced | tokens
}

fn kind(flags: u8) -> Result<ChunkKind, ChunkBlobError> {
    match flags & 3 {
        0 => Ok(ChunkKind::Answer),
        1 => Ok(ChunkKind::Reasoning),
        2 => Ok(ChunkKind::ToolCall),
        _ => Err(ChunkBlobError::Garbage),
    }
}

fn tokens(flags: u8, rest: &mut Reader<'_>) -> Result<Option<u32>, ChunkBlobError> {
    match flags & !(3 | COALESCED) {
        0 => Ok(None),
        ONE_TOKEN => Ok(Some(1)),
        SOME_TOKENS => u32::try_from(rest.number()?).map(Some).map_err(|_| ChunkBlobError::Garbage),
        _ => Err(ChunkBlobError::Garbage),
    }
}

fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)).cast_unsigned()
}

fn unzigzag(n: u64) -> i64 {
    (n >> 1).cast_signed() ^ -(n & 1).cast_signed()
}

fn push_number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, ChunkBlobError> {
        let (first, rest) = self.0.split_first().ok_or(ChunkBlobError::CutShort)?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u64, ChunkBlobError> {
        let mut n = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(ChunkBlobError::Garbage);
            }
            n |= bits << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(ChunkBlobError::Garbage)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_chunk() -> impl Strategy<Value = Chunk> {
        let kind = prop_oneof![Just(ChunkKind::Answer), Just(ChunkKind::Reasoning), Just(ChunkKind::ToolCall)];
        let tokens = prop_oneof![Just(None), Just(Some(1)), any::<u32>().prop_map(Some)];
        let offset = prop_oneof![0..100_000_000_000_u64, 0..i64::MAX.cast_unsigned()];
        (offset, kind, tokens, any::<bool>()).prop_map(|(ns, kind, tokens, coalesced)| Chunk {
            offset: Duration::from_nanos(ns),
            kind,
            tokens,
            coalesced,
        })
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(chunks in prop::collection::vec(any_chunk(), 0..200)) {
            prop_assert_eq!(decode(&encode(&chunks)), Ok(chunks));
        }

        #[test]
        fn no_bytes_make_it_panic(blob in prop::collection::vec(any::<u8>(), 0..200)) {
            let _either = decode(&blob);
        }

        #[test]
        fn a_blob_cut_anywhere_is_an_error(chunks in prop::collection::vec(any_chunk(), 1..20), cut in any::<prop::sample::Index>()) {
            let blob = encode(&chunks);
            prop_assert_eq!(decode(&blob[..cut.index(blob.len())]), Err(ChunkBlobError::CutShort));
        }
    }

    #[test]
    fn a_chunk_every_ten_ms_takes_six_bytes_at_most() {
        let chunk = |i: u64| Chunk {
            offset: Duration::from_nanos(i * 10_000_321),
            kind: ChunkKind::Answer,
            tokens: Some(1),
            coalesced: false,
        };
        let chunks: Vec<Chunk> = (1..=1_000).map(chunk).collect();
        assert!(encode(&chunks).len() <= 6 * chunks.len());
    }

    #[test]
    fn another_format_is_named() {
        assert_eq!(decode(&[7, 0]), Err(ChunkBlobError::UnknownFormat(7)));
    }
}
