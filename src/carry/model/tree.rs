//! How the model's tree grows and is kept in order: new contexts, new symbols in old contexts, halved frequencies.

use super::blocks::size_for;
use super::memory::{Offset, STATE, only_state};
use super::ppmd7::{MOST_FREQUENT, Ppmd7};

/// The longest context the format knows.
const ORDER_MOST: usize = 64;

impl Ppmd7 {
    /// The state of a symbol in a context that holds it and others.
    fn state_of(&self, context: Offset, symbol: u8) -> Offset {
        let mut state = self.memory.first_state(context);
        while self.memory.symbol(state) != symbol {
            state += STATE;
        }
        state
    }

    /// Turns the found state's successor, a place in the text, into contexts, for all suffixes that share it.
    /// None when the memory is used up.
    #[inline(never)]
    fn create_successors(&mut self) -> Option<Offset> {
        let mut context = self.shortest;
        let branch = self.memory.successor(self.found);
        let symbol = self.memory.symbol(self.found);
        let mut waiting = [0; ORDER_MOST];
        let mut count = 0;
        if self.order_fall != 0 {
            waiting[count] = self.found;
            count += 1;
        }
        while self.memory.suffix(context) != 0 {
            context = self.memory.suffix(context);
            let state =
                if self.memory.held(context) == 1 { only_state(context) } else { self.state_of(context, symbol) };
            let successor = self.memory.successor(state);
            if successor != branch {
                context = successor;
                if count == 0 {
                    return Some(context);
                }
                break;
            }
            waiting[count] = state;
            count += 1;
        }

        let next_symbol = self.memory.u8(branch);
        let frequency = if self.memory.held(context) == 1 {
            self.memory.frequency(only_state(context))
        } else {
            let own = self.memory.frequency(self.state_of(context, next_symbol)) - 1;
            let others = self.memory.sum(context) - self.memory.held(context) - own;
            1 + if 2 * own <= others { u32::from(5 * own > others) } else { (2 * own + others - 1) / (2 * others) + 1 }
        };
        for &state in waiting[..count].iter().rev() {
            let made = self.allocate_context()?;
            self.memory.set_held(made, 1);
            let only = only_state(made);
            self.memory.set_symbol(only, next_symbol);
            self.memory.set_frequency(only, frequency);
            self.memory.set_successor(only, branch + 1);
            self.memory.set_suffix(made, context);
            self.memory.set_successor(state, made);
            context = made;
        }
        Some(context)
    }

    #[inline(never)]
    pub(super) fn update_model(&mut self) {
        if self.try_update_model().is_none() {
            self.restart();
        }
    }

    /// Learns the found symbol in every context between the longest and the one it was found in.
    /// None when the memory is used up.
    fn try_update_model(&mut self) -> Option<()> {
        let found_in = self.shortest;
        let symbol = self.memory.symbol(self.found);
        if self.memory.frequency(self.found) < MOST_FREQUENT / 4 && self.memory.suffix(found_in) != 0 {
            self.learn_in_suffix(self.memory.suffix(found_in), symbol);
        }
        if self.order_fall == 0 {
            let made = self.create_successors()?;
            self.shortest = made;
            self.longest = made;
            self.memory.set_successor(self.found, made);
            return Some(());
        }

        self.memory.set_u8(self.text, symbol);
        self.text += 1;
        if self.text >= self.units_start {
            return None;
        }
        let mut for_longer = self.text;
        let mut next = self.memory.successor(self.found);
        if next == 0 {
            // Only the shortest context of all has states without a successor.
            self.memory.set_successor(self.found, for_longer);
            next = found_in;
        } else {
            if next <= for_longer {
                next = self.create_successors()?;
            }
            self.order_fall -= 1;
            if self.order_fall == 0 {
                for_longer = next;
                self.text -= u32::from(self.longest != found_in);
            }
        }
        let from = std::mem::replace(&mut self.longest, next);
        self.shortest = next;
        self.add_to_longer(from, found_in, symbol, for_longer)
    }

    fn learn_in_suffix(&mut self, suffix: Offset, symbol: u8) {
        if self.memory.held(suffix) == 1 {
            let state = only_state(suffix);
            let frequency = self.memory.frequency(state);
            self.memory.set_frequency(state, frequency + u32::from(frequency < 32));
            return;
        }
        let mut state = self.state_of(suffix, symbol);
        if state != self.memory.first_state(suffix)
            && self.memory.frequency(state) >= self.memory.frequency(state - STATE)
        {
            self.memory.swap_states(state, state - STATE);
            state -= STATE;
        }
        let frequency = self.memory.frequency(state);
        if frequency < MOST_FREQUENT - 9 {
            self.memory.set_frequency(state, frequency + 2);
            self.memory.set_sum(suffix, self.memory.sum(suffix) + 2);
        }
    }

    /// Adds the symbol to the contexts from `longest` down to, and without, the one it was found in.
    fn add_to_longer(&mut self, longest: Offset, found_in: Offset, symbol: u8, successor: Offset) -> Option<()> {
        let mut context = longest;
        if context == found_in {
            return Some(());
        }
        let held_there = self.memory.held(found_in);
        let frequency_there = self.memory.frequency(self.found);
        let others_there = self.memory.sum(found_in) - held_there - (frequency_there - 1);
        while context != found_in {
            let held = self.memory.held(context);
            let mut sum = if held == 1 {
                self.widen_only(context, held_there)?
            } else {
                self.make_room(context, held)?;
                let sum = self.memory.sum(context);
                sum + u32::from(2 * held < held_there) + 2 * u32::from(4 * held <= held_there && sum <= 8 * held)
            };
            let expected = 2 * (sum + 6) * frequency_there;
            let all = others_there + sum;
            let frequency = if expected < 6 * all {
                sum += 3;
                1 + u32::from(expected > all) + u32::from(expected >= 4 * all)
            } else {
                let frequency = 4
                    + u32::from(expected >= 9 * all)
                    + u32::from(expected >= 12 * all)
                    + u32::from(expected >= 15 * all);
                sum += frequency;
                frequency
            };
            let state = self.memory.first_state(context) + held * STATE;
            self.memory.set_symbol(state, symbol);
            self.memory.set_frequency(state, frequency);
            self.memory.set_successor(state, successor);
            self.memory.set_held(context, held + 1);
            self.memory.set_sum(context, sum);
            context = self.memory.suffix(context);
        }
        Some(())
    }

    /// Moves a context's one state into a block that holds two; gives its new sum of frequencies.
    fn widen_only(&mut self, context: Offset, held_there: u32) -> Option<u32> {
        let states = self.allocate(0)?;
        let mut frequency = self.memory.frequency(only_state(context));
        self.memory.copy_state(only_state(context), states);
        self.memory.set_first_state(context, states);
        frequency = if frequency < MOST_FREQUENT / 4 - 1 { 2 * frequency } else { MOST_FREQUENT - 4 };
        self.memory.set_frequency(states, frequency);
        Some(frequency + self.escape_start + u32::from(held_there > 3))
    }

    /// Makes room for one more state: two fill a unit, so an even number of them may need a larger block.
    fn make_room(&mut self, context: Offset, held: u32) -> Option<()> {
        if held % 2 == 1 {
            return Some(());
        }
        let units = held / 2;
        let (size, needed) = (size_for(units), size_for(units + 1));
        if size != needed {
            let states = self.memory.first_state(context);
            let larger = self.allocate(needed)?;
            self.memory.copy_units(states, larger, units);
            self.release(states, size);
            self.memory.set_first_state(context, larger);
        }
        Some(())
    }

    /// Halves the frequencies of the shortest context, keeps its states sorted, and drops those that fall to 0.
    #[inline(never)]
    pub(super) fn rescale(&mut self) {
        let context = self.shortest;
        let first = self.memory.first_state(context);
        let held = self.memory.held(context);
        self.move_before(self.found, first);
        // A context of full order may lose symbols; others may not.
        let keep = u32::from(self.order_fall != 0);

        let mut state = first;
        let mut frequency = self.memory.frequency(state);
        let mut escape = self.memory.sum(context) - frequency;
        frequency = (frequency + 4 + keep) >> 1;
        let mut sum = frequency;
        self.memory.set_frequency(state, frequency);
        for _ in 1..held {
            state += STATE;
            frequency = self.memory.frequency(state);
            escape -= frequency;
            frequency = (frequency + keep) >> 1;
            sum += frequency;
            self.memory.set_frequency(state, frequency);
            let mut place = state;
            while place != first && frequency > self.memory.frequency(place - STATE) {
                place -= STATE;
            }
            self.move_before(state, place);
        }

        let mut dropped = 0;
        while self.memory.frequency(state) == 0 {
            dropped += 1;
            state -= STATE;
        }
        if dropped > 0 {
            escape += dropped;
            let left = held - dropped;
            self.memory.set_held(context, left);
            let (old, new) = (size_for(held.div_ceil(2)), size_for(left.div_ceil(2)));
            if left == 1 {
                self.narrow(context, first, old, escape);
                return;
            }
            if old != new {
                let states = self.shrink(first, old, new, left.div_ceil(2));
                self.memory.set_first_state(context, states);
            }
        }
        self.memory.set_sum(context, sum + escape - (escape >> 1));
        self.found = self.memory.first_state(context);
    }

    /// Makes a context with one state left hold it in itself.
    fn narrow(&mut self, context: Offset, first: Offset, size: usize, mut escape: u32) {
        let mut frequency = self.memory.frequency(first);
        loop {
            escape >>= 1;
            frequency = (frequency + 1) >> 1;
            if escape <= 1 {
                break;
            }
        }
        let only = only_state(context);
        self.memory.copy_state(first, only);
        self.memory.set_frequency(only, frequency);
        self.found = only;
        self.release(first, size);
    }

    /// Moves a state to an earlier place in its block; those between move back by one.
    fn move_before(&mut self, state: Offset, place: Offset) {
        if state == place {
            return;
        }
        let moved = self.memory.state(state);
        let mut at = state;
        while at != place {
            self.memory.copy_state(at - STATE, at);
            at -= STATE;
        }
        self.memory.set_state(place, moved);
    }
}
