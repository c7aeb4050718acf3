//! What a workload asks: one request, or several in turn.

use crate::bindings::dualbench::scenario::engines::Request;

/// The requests of a workload, sent in turn and again from the first one on. Made of one request, of a list, or collected
/// from an iterator.
#[derive(Debug, Clone)]
pub struct Requests(Vec<Request>);

impl Requests {
    pub(crate) fn into_vec(self) -> Vec<Request> {
        self.0
    }
}

impl From<Request> for Requests {
    fn from(request: Request) -> Self {
        Self(vec![request])
    }
}

impl From<Vec<Request>> for Requests {
    fn from(requests: Vec<Request>) -> Self {
        Self(requests)
    }
}

impl<const N: usize> From<[Request; N]> for Requests {
    fn from(requests: [Request; N]) -> Self {
        Self(requests.into())
    }
}

impl FromIterator<Request> for Requests {
    fn from_iter<I: IntoIterator<Item = Request>>(requests: I) -> Self {
        Self(requests.into_iter().collect())
    }
}
