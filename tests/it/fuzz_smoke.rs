//! The bodies of the fuzz targets over their seeds and over mutations of them, always the same ones: what a machine
//! without a fuzzer can run of it.

use std::{path::Path, time::Instant};

#[allow(dead_code, reason = "the fuzzer and this test use different parts")]
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

use fuzz::{bytes::Bytes, seeds};

/// Longer seeds are left to the fuzzer.
const LONGEST: usize = 3_000;

/// Runs a target over so many of its seeds and so many mutations.
fn smoke(target: &str, plain: usize, mutations: usize) {
    let run = fuzz::TARGETS.iter().find(|(name, _)| *name == target).expect("a target").1;
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut seeds = seeds::of(target, &testdata);
    seeds.retain(|s| s.len() <= LONGEST);
    assert!(seeds.len() > 5, "{target} has {} seeds", seeds.len());
    let started = Instant::now();
    // Of many seeds some are run as they are: the other tests read them all.
    for seed in seeds.iter().step_by(seeds.len().div_ceil(plain)) {
        run(seed);
    }
    let mut bytes = Bytes::new(target.as_bytes());
    for _ in 0..mutations {
        let seed = &seeds[bytes.below(seeds.len())];
        let other = &seeds[bytes.below(seeds.len())];
        run(&mutated(seed, other, &mut bytes));
    }
    println!("{target}: {} seeds, {mutations} mutations, {:?}", seeds.len(), started.elapsed());
}

/// A seed with a few bits flipped, its end cut off, a part of it repeated, or a part of another one in it.
fn mutated(seed: &[u8], other: &[u8], bytes: &mut Bytes<'_>) -> Vec<u8> {
    let mut out = seed.to_vec();
    for _ in 0..=bytes.below(3) {
        if out.is_empty() {
            break;
        }
        let at = bytes.below(out.len());
        let length = bytes.below(64).min(out.len() - at);
        match bytes.below(6) {
            0 => out[at] ^= 1 << bytes.below(8),
            1 => out[at] = b"\"\\{}[]:,$%#\n\0\x01\xff*&!<-'|"[bytes.below(22)],
            2 => out.truncate(at),
            3 => drop(out.drain(at..at + length)),
            4 => {
                let part = out[at..at + length].repeat(1 + bytes.below(8));
                out.splice(at..at, part);
            }
            _ => {
                let from = bytes.below(other.len().max(1)).min(other.len());
                let to = (from + length).min(other.len());
                out.splice(at..at + length, other[from..to].iter().copied());
            }
        }
    }
    out
}

/// What the fuzzer stopped at, in `fuzz/found/TARGET/`.
#[test]
fn what_was_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/found");
    let mut count = 0;
    for (target, run) in fuzz::TARGETS {
        for entry in std::fs::read_dir(folder.join(target)).into_iter().flatten() {
            run(&std::fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
    }
    assert!(count > 0, "nothing lies in {}", folder.display());
}

#[test]
fn hcl() {
    smoke("hcl", 60, 800);
}

#[test]
fn yaml() {
    smoke("yaml", 60, 1_000);
}

#[test]
fn json() {
    smoke("json", 60, 2_000);
}

#[test]
fn policy() {
    smoke("policy", 60, 250);
}

#[test]
fn solver() {
    smoke("solver", 30, 40);
}

#[test]
fn config() {
    smoke("config", 20, 2_000);
}

#[test]
fn files() {
    smoke("files", 20, 40);
}
