//! Which prompts an engine still holds: the longest common prefix need not be evaluated again.

use std::collections::VecDeque;

/// Prompts held at most, however many slots there are: each is compared with every new one.
const PROMPTS_MAX: usize = 16;

/// The last prompts, newest last; one per slot, as in llama.cpp.
#[derive(Debug)]
pub struct PromptCache {
    prompts: VecDeque<Vec<u32>>,
    capacity: usize,
}

impl PromptCache {
    pub fn new(slots: usize) -> PromptCache {
        PromptCache { prompts: VecDeque::new(), capacity: slots.min(PROMPTS_MAX) }
    }

    /// Of `template_tokens` + `prompt`, how many tokens need no evaluation. At least one always does: the last one, whose
    /// output is the first token of the answer. The template's tokens count only with a prompt that is the same throughout.
    pub fn cached_tokens(&self, prompt: &[u32], template_tokens: u32) -> u32 {
        if self.prompts.iter().any(|held| held == prompt) {
            return (template_tokens + prompt.len() as u32).saturating_sub(1);
        }
        let shared = |held: &Vec<u32>| held.iter().zip(prompt).take_while(|(a, b)| a == b).count();
        let longest = self.prompts.iter().map(shared).max().unwrap_or(0);
        longest.min((prompt.len() + template_tokens as usize).saturating_sub(1)) as u32
    }

    pub fn hold(&mut self, prompt: Vec<u32>) {
        self.prompts.retain(|held| *held != prompt);
        if self.prompts.len() == self.capacity {
            self.prompts.pop_front();
        }
        self.prompts.push_back(prompt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_prompt_again_evaluates_one_token() {
        let mut cache = PromptCache::new(2);
        assert_eq!(cache.cached_tokens(&[1, 2, 3], 7), 0);
        cache.hold(vec![1, 2, 3]);
        assert_eq!(cache.cached_tokens(&[1, 2, 3], 7), 9);
    }

    #[test]
    fn a_shared_prefix_is_not_evaluated_again() {
        let mut cache = PromptCache::new(2);
        cache.hold(vec![1, 2, 3, 4]);
        assert_eq!(cache.cached_tokens(&[1, 2, 9, 9, 9], 7), 2);
        assert_eq!(cache.cached_tokens(&[1, 2], 0), 1);
        assert_eq!(cache.cached_tokens(&[8, 2], 7), 0);
    }

    #[test]
    fn the_oldest_prompt_makes_room() {
        let mut cache = PromptCache::new(2);
        [vec![1, 1], vec![2, 2], vec![1, 1], vec![3, 3]].into_iter().for_each(|prompt| cache.hold(prompt));
        assert_eq!(cache.cached_tokens(&[2, 2], 3), 0);
        assert_eq!(cache.cached_tokens(&[1, 1], 3), 4);
    }
}
