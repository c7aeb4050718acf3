//! The nearest vectors: exact for small corpora, a graph (HNSW) for large ones. Pure.
//!
//! The graph is `instant-distance`: a thousand lines without `unsafe`, and all but its random numbers are crates that
//! are here already. `hnsw_rs` would bring memory maps, a logger and its own distances, all of which we have no use for.
//! Neither can forget a point; ours is made anew at each start from the vectors that are kept.

use std::sync::Arc;

use instant_distance::{Builder, HnswMap, Point, Search};

/// Up to this many vectors, each one is compared: a millisecond or two, and exact.
const EXACT_UP_TO: usize = 2_000;
/// Candidates that the graph keeps while it is built and while it is searched; more of them find more, slower.
const BREADTH: usize = 300;
/// The same vectors make the same layers at each start.
const SEED: u64 = 1;

/// A vector of length one, so that the product of two is the cosine of their angle.
#[derive(Debug, Clone)]
struct Unit(Arc<[f32]>);

impl Unit {
    fn new(vector: &[f32]) -> Unit {
        let length = vector.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
        #[expect(clippy::cast_possible_truncation, reason = "a part of a vector of length one")]
        Unit(vector.iter().map(|v| (f64::from(*v) / length) as f32).collect())
    }

    fn cosine(&self, other: &Unit) -> f32 {
        self.0.iter().zip(other.0.iter()).map(|(a, b)| a * b).sum()
    }
}

impl Point for Unit {
    fn distance(&self, other: &Unit) -> f32 {
        1.0 - self.cosine(other)
    }
}

/// Vectors that can be searched.
pub struct Nearest(Kind);

enum Kind {
    Exact(Vec<Unit>),
    Graph(Box<HnswMap<Unit, usize>>),
}

impl Nearest {
    /// All of one length, and none of them zero. Takes seconds for tens of thousands, on every core.
    pub fn new(vectors: &[Vec<f32>]) -> Nearest {
        let units: Vec<Unit> = vectors.iter().map(|v| Unit::new(v)).collect();
        if units.len() <= EXACT_UP_TO { Nearest(Kind::Exact(units)) } else { Nearest::graph(units) }
    }

    fn graph(units: Vec<Unit>) -> Nearest {
        let places = (0..units.len()).collect();
        let builder = Builder::default().ef_construction(BREADTH).ef_search(BREADTH).seed(SEED);
        Nearest(Kind::Graph(Box::new(builder.build(units, places))))
    }

    /// Places of the nearest vectors with their cosine, the nearest first.
    pub fn search(&self, vector: &[f32], most: usize) -> Vec<(usize, f32)> {
        let wanted = Unit::new(vector);
        match &self.0 {
            Kind::Exact(units) => {
                let mut all: Vec<(usize, f32)> = units.iter().map(|u| u.cosine(&wanted)).enumerate().collect();
                all.sort_by(|a, b| b.1.total_cmp(&a.1));
                all.truncate(most);
                all
            }
            Kind::Graph(graph) => {
                let mut search = Search::default();
                let found = graph.search(&wanted, &mut search).take(most);
                found.map(|item| (*item.value, 1.0 - item.distance)).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    fn random_vectors(n: usize, dimension: usize, seed: u64) -> Vec<Vec<f32>> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        (0..n).map(|_| (0..dimension).map(|_| random.random_range(-1.0..1.0_f32)).collect()).collect()
    }

    #[test]
    fn a_small_corpus_is_searched_exactly() {
        let nearest = Nearest::new(&[vec![1.0, 0.0], vec![0.0, 3.0], vec![2.0, 2.0]]);
        let found = nearest.search(&[5.0, 0.1], 2);
        assert_eq!(found.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 2]);
        assert!((found[0].1 - 0.9998).abs() < 1e-4, "{found:?}");
        assert!(Nearest::new(&[]).search(&[1.0], 3).is_empty());
    }

    #[test]
    fn the_graph_finds_what_comparing_all_of_them_finds() {
        let vectors = random_vectors(2_000, 64, 7);
        let exact = Nearest::new(&vectors);
        let graph = Nearest::graph(vectors.iter().map(|v| Unit::new(v)).collect());
        let mut hits = 0;
        let questions = random_vectors(100, 64, 8);
        for question in &questions {
            let truth: Vec<usize> = exact.search(question, 10).into_iter().map(|(place, _)| place).collect();
            let found = graph.search(question, 10);
            assert!(found.is_sorted_by(|a, b| a.1 >= b.1));
            hits += found.iter().filter(|(place, _)| truth.contains(place)).count();
        }
        let recall = hits as f64 / (10 * questions.len()) as f64;
        println!("recall@10 = {recall}");
        assert!(recall >= 0.95, "recall@10 = {recall}");
    }
}
