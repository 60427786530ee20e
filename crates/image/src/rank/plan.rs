//! What is done for a tile of results, as a list of operations on slots.
//!
//! The windows of neighbouring results have most samples in common. A tile of `TILE` x `TILE` results begins with
//! what all of its windows share, its core, in sorted order. Cut in two halves, the core of each grows by rows or
//! columns, which are sorted and merged into it, and so on down to single results, whose core is the whole window.
//! (L. Sugy, "Fast median filters by hierarchical tiling", 2025.) From a sorted list of samples that all lie in the
//! window, those drop out that have too many others below or above them to be the one looked for, so lists become
//! shorter as windows become complete.
//!
//! Lists are merged by bitonic networks (K. E. Batcher, 1968), here of any length: the missing samples of the next
//! power of two are taken as larger than all, so that nothing has to be done about them.

/// A slot is a vector: the same sample of as many tiles as it has lanes.
pub(super) type Slot = u32;

/// Which results of an exchange are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Both,
    Low,
    High,
}

/// A list of slots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) at: Slot,
    pub(super) len: u32,
}

/// A line of up to eight samples of the image, from column `x` and row `y` of the tile's reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) len: u32,
    /// Along a row, else down a column.
    pub(super) across: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    /// Reads 1, 2, 4 or 8 samples and sorts them into as many slots.
    Read { line: Line, to: Slot },
    /// Begins to merge two sorted lists: exchanges at `distance` in the list that is `a` backwards, then `b`, which is
    /// not shorter.
    Join { a: Run, b: Run, to: Slot, distance: u32, keep: Keep },
    /// Exchanges slots at `distance`.
    Halve { at: Slot, distance: u32, count: u32, keep: Keep },
    /// Merges blocks, each of `ways` (2, 4 or 8) parts of `part` slots, as far as the parts.
    Clean { at: Slot, part: u32, ways: u32, blocks: u32 },
    /// A result of the tile.
    Write { from: Slot, x: u32, y: u32 },
}

/// The operations of one tile.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) ops: Vec<Op>,
    pub(super) slots: usize,
    /// Results of a tile across and down: a power of two.
    pub(super) tile: usize,
    /// Samples of the window across and down.
    pub(super) size: usize,
}

impl Plan {
    /// For the sample of this rank in windows of `size` x `size`, with tiles not larger than the window.
    pub(super) fn new(size: usize, rank: usize, tile: usize) -> Self {
        let (k, t) = (size as u32, tile as u32);
        let mut builder = Builder { ops: Vec::new(), top: 0, slots: 0, size: k, rank: rank as u32 };
        let core = k - t + 1;
        let (low, high) = (t - 1, k);
        let columns: Vec<Leaf> =
            (low..high).flat_map(|x| lines(x, low, core, false)).map(Leaf::Line).collect();
        let list = builder.merge(&columns);
        let sides = || (0..t - 1).chain(k..k + t - 1);
        let columns = sides().map(|x| (x, builder.sorted(x, low, core, false))).collect();
        let rows = sides().map(|y| (y, builder.sorted(low, y, core, true))).collect();
        builder.tile(&Tile { x: 0, y: 0, width: t, height: t, core: list, columns, rows });
        Plan { ops: builder.ops, slots: builder.slots as usize, tile, size }
    }
}

/// A sorted list of samples, some of which have dropped out.
#[derive(Clone, Copy, Debug)]
struct List {
    run: Run,
    /// How many were found to be too small, and too large.
    below: u32,
    above: u32,
}

enum Leaf {
    Line(Line),
    List(List),
}

impl Leaf {
    fn len(&self) -> u32 {
        match self {
            Leaf::Line(line) => line.len,
            Leaf::List(list) => list.run.len,
        }
    }
}

/// Results from `x` and `y`: their core, and the sorted columns and rows beside the core, as long as its sides.
struct Tile {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    core: List,
    columns: Vec<(u32, List)>,
    rows: Vec<(u32, List)>,
}

struct Builder {
    ops: Vec<Op>,
    /// The first free slot, and the most that were ever needed.
    top: Slot,
    slots: Slot,
    size: u32,
    rank: u32,
}

/// A line of any length in pieces of 8, 4, 2 and 1.
fn lines(x: u32, y: u32, len: u32, across: bool) -> Vec<Line> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < len {
        let piece = 1 << (len - at).ilog2().min(3);
        let (x, y) = if across { (x + at, y) } else { (x, y + at) };
        pieces.push(Line { x, y, len: piece, across });
        at += piece;
    }
    pieces
}

impl Builder {
    fn tile(&mut self, tile: &Tile) {
        let &Tile { x, y, width, height, core, .. } = tile;
        if (width, height) == (1, 1) {
            self.ops.push(Op::Write { from: core.run.at, x, y });
            return;
        }
        for second in [false, true] {
            let kept = self.top;
            let half = if width >= height {
                self.half_across(tile, second)
            } else {
                self.half_down(tile, second)
            };
            self.tile(&half);
            self.top = kept;
        }
    }

    /// The left or the right half of a tile: its core has more columns, so the rows beside it become longer.
    fn half_across(&mut self, tile: &Tile, second: bool) -> Tile {
        let half = tile.width / 2;
        // The columns that the core gets, and where the half begins.
        let (from, x) =
            if second { (tile.x + self.size, tile.x + half) } else { (tile.x + half - 1, tile.x) };
        let new = from..from + half;
        let reach = x..x + half + self.size - 1;
        let core = self.grown(tile.core, &tile.columns, &new);
        let columns = tile.columns.iter().copied();
        let columns = columns.filter(|(x, _)| !new.contains(x) && reach.contains(x)).collect();
        let longer = |&(y, row): &(u32, List)| (y, self.extended(row, lines(from, y, half, true)));
        let rows = tile.rows.iter().map(longer).collect();
        Tile { x, y: tile.y, width: half, height: tile.height, core, columns, rows }
    }

    /// The upper or the lower half.
    fn half_down(&mut self, tile: &Tile, second: bool) -> Tile {
        let half = tile.height / 2;
        let (from, y) =
            if second { (tile.y + self.size, tile.y + half) } else { (tile.y + half - 1, tile.y) };
        let new = from..from + half;
        let reach = y..y + half + self.size - 1;
        let core = self.grown(tile.core, &tile.rows, &new);
        let rows = tile.rows.iter().copied();
        let rows = rows.filter(|(y, _)| !new.contains(y) && reach.contains(y)).collect();
        let longer =
            |&(x, column): &(u32, List)| (x, self.extended(column, lines(x, from, half, false)));
        let columns = tile.columns.iter().map(longer).collect();
        Tile { x: tile.x, y, width: tile.width, height: half, core, columns, rows }
    }

    /// The core with some of the lists beside it.
    fn grown(&mut self, core: List, beside: &[(u32, List)], new: &std::ops::Range<u32>) -> List {
        let added = beside.iter().filter(|(at, _)| new.contains(at));
        let leaves: Vec<Leaf> = added.map(|&(_, list)| Leaf::List(list)).collect();
        self.with(core, &leaves)
    }

    /// A list with some more samples of the image.
    fn extended(&mut self, list: List, more: Vec<Line>) -> List {
        let leaves: Vec<Leaf> = more.into_iter().map(Leaf::Line).collect();
        self.with(list, &leaves)
    }

    fn with(&mut self, list: List, leaves: &[Leaf]) -> List {
        let len = list.run.len + leaves.iter().map(Leaf::len).sum::<u32>();
        let to = self.take(len);
        let kept = self.top;
        let more = self.merge(leaves);
        let list = self.join(list, more, to);
        self.top = kept;
        list
    }

    fn sorted(&mut self, x: u32, y: u32, len: u32, across: bool) -> List {
        let leaves: Vec<Leaf> = lines(x, y, len, across).into_iter().map(Leaf::Line).collect();
        self.merge(&leaves)
    }

    /// All leaves in one sorted list, merged two by two.
    fn merge(&mut self, leaves: &[Leaf]) -> List {
        let len: u32 = leaves.iter().map(Leaf::len).sum();
        match leaves {
            [Leaf::List(list)] => *list,
            &[Leaf::Line(line)] => {
                let to = self.take(len);
                self.ops.push(Op::Read { line, to });
                List { run: Run { at: to, len }, below: 0, above: 0 }
            }
            _ => {
                let to = self.take(len);
                let kept = self.top;
                // Halves that are as equal as can be.
                let mut before = 0;
                let cut = leaves.iter().position(|leaf| {
                    before += leaf.len();
                    before * 2 >= len
                });
                let (first, rest) =
                    leaves.split_at(cut.map_or(1, |cut| cut + 1).min(leaves.len() - 1));
                let first = self.merge(first);
                let rest = self.merge(rest);
                let list = self.join(first, rest, to);
                self.top = kept;
                list
            }
        }
    }

    fn take(&mut self, len: u32) -> Slot {
        let at = self.top;
        self.top += len;
        self.slots = self.slots.max(self.top);
        at
    }

    /// Merges two lists into the slots from `to`, without the samples that cannot be the one looked for.
    fn join(&mut self, a: List, b: List, to: Slot) -> List {
        let (a, b) = if a.run.len <= b.run.len { (a, b) } else { (b, a) };
        let len = a.run.len + b.run.len;
        let (below, above) = (a.below + b.below, a.above + b.above);
        // Of the samples that are left in the window, so many are smaller and so many larger than that one.
        let smaller = self.rank - below;
        let larger = self.size * self.size - 1 - self.rank - above;
        let first = len.saturating_sub(larger + 1);
        let end = len.min(smaller + 1);
        let distance = 1 << (len - 1).ilog2();
        let keep = wanted(distance, first, end);
        self.ops.push(Op::Join { a: a.run, b: b.run, to, distance, keep });
        self.clean(to, distance, first, end.min(distance));
        self.clean(
            to + distance,
            len - distance,
            first.saturating_sub(distance),
            end.saturating_sub(distance),
        );
        let run = Run { at: to + first, len: end - first };
        List { run, below: below + first, above: above + len - end }
    }

    /// Sorts a bitonic list so far that `first..end` are right.
    fn clean(&mut self, at: Slot, len: u32, first: u32, end: u32) {
        if len <= 1 || first >= end {
            return;
        }
        if len.is_power_of_two() && (len <= 8 || (first, end) == (0, len)) {
            let (mut block, mut blocks) = (len, 1);
            while block > 1 {
                let ways = block.min(8);
                block /= ways;
                self.ops.push(Op::Clean { at, part: block, ways, blocks });
                blocks *= ways;
            }
            return;
        }
        let distance = 1 << (len - 1).ilog2();
        let keep = wanted(distance, first, end);
        self.ops.push(Op::Halve { at, distance, count: len - distance, keep });
        self.clean(at, distance, first, end.min(distance));
        self.clean(
            at + distance,
            len - distance,
            first.saturating_sub(distance),
            end.saturating_sub(distance),
        );
    }
}

fn wanted(distance: u32, first: u32, end: u32) -> Keep {
    if end <= distance {
        Keep::Low
    } else if first >= distance {
        Keep::High
    } else {
        Keep::Both
    }
}
