//! A cancelled token ends a call without a result, before it starts or in its middle.

use allcores_bigint::{
    binomial, double_factorial, factorial, factorial_all, factorial_string, falling_factorial,
    from_decimal, multinomial, multiply, primorial, rising_factorial, to_decimal,
};
use allcores_parallel::{Cancelled, Token, threads};

#[test]
fn a_token_cancelled_before_the_call_stops_it_before_its_first_block() {
    let token = Token::new();
    token.cancel();
    for n in [0, 5, 500, 3_000, 50_000] {
        assert_eq!(factorial(&token, n), Err(Cancelled), "{n}");
        assert_eq!(factorial_string(&token, n), Err(Cancelled), "{n} as text");
    }
    for len in [0, 1, 100, 5_000] {
        assert_eq!(multiply(&token, &vec![3; len], &vec![5; len]), Err(Cancelled), "{len}");
    }
    assert_eq!(multiply(&token, &[], &[1]), Err(Cancelled));
    for n in [0, 3, 5_000, 50_000] {
        assert_eq!(double_factorial(&token, n), Err(Cancelled), "{n}");
        assert_eq!(primorial(&token, n as u32), Err(Cancelled), "{n}");
        assert_eq!(factorial_all(&token, &[n as u32], None), Err(Cancelled), "{n}");
        for k in [0, 1, n / 2, n + 1] {
            assert_eq!(falling_factorial(&token, n, k), Err(Cancelled), "{n} {k}");
            assert_eq!(rising_factorial(&token, n, k), Err(Cancelled), "{n} {k}");
            assert_eq!(binomial(&token, n, k), Err(Cancelled), "{n} {k}");
        }
    }
    assert_eq!(multinomial(&token, &[]), Err(Cancelled));
    assert_eq!(factorial_all(&token, &[], None), Err(Cancelled));
    assert_eq!(token.blocks(), 0);
}

/// Cancels `work` after a third of its blocks and asserts that it has ended within the
/// blocks that had passed their question already.
fn check_in_the_middle<R: PartialEq + std::fmt::Debug>(
    work: impl Fn(&Token) -> Result<R, Cancelled>,
) {
    let whole = Token::new();
    assert!(work(&whole).is_ok());
    let cancel_at = whole.blocks() / 3;
    assert!(cancel_at > 50, "the call has {} blocks only", whole.blocks());

    // On a busy machine the call may be done before the cancelling thread gets its turn.
    for _ in 0..20 {
        let token = Token::new();
        let (result, blocks_at_cancel) = std::thread::scope(|scope| {
            let canceller = scope.spawn(|| {
                while token.blocks() < cancel_at {
                    std::hint::spin_loop();
                }
                token.cancel();
                token.blocks()
            });
            (work(&token), canceller.join().unwrap())
        });
        if result.is_ok() {
            continue;
        }
        assert_eq!(result, Err(Cancelled));
        // A thread may have stood between its question and its count.
        assert!(token.blocks() <= blocks_at_cancel + threads() as u64);
        assert!(token.blocks() < whole.blocks());
        return;
    }
    panic!("the call was done before its cancellation, 20 times");
}

#[test]
fn a_factorial_cancelled_in_mid_call_ends_within_the_blocks_under_way() {
    check_in_the_middle(|token| factorial(token, 200_000));
}

#[test]
fn a_text_cancelled_in_mid_call_ends_within_the_blocks_under_way() {
    check_in_the_middle(|token| factorial_string(token, 200_000));
}

#[test]
fn a_product_cancelled_in_mid_call_ends_within_the_blocks_under_way() {
    let (a, b) = (vec![3; 60_000], vec![5; 60_000]);
    check_in_the_middle(|token| multiply(token, &a, &b));
}

#[test]
fn the_family_cancelled_in_mid_call_ends_within_the_blocks_under_way() {
    check_in_the_middle(|token| double_factorial(token, 400_001));
    check_in_the_middle(|token| primorial(token, 5_000_000));
    check_in_the_middle(|token| binomial(token, 4_000_000, 2_000_000));
    check_in_the_middle(|token| binomial(token, 1 << 50, 80_000));
    check_in_the_middle(|token| falling_factorial(token, 1 << 50, 80_000));
    check_in_the_middle(|token| factorial_all(token, &(30_000..31_000).collect::<Vec<_>>(), None));
}

#[test]
fn a_large_call_asks_its_token_for_blocks_of_less_than_a_millisecond() {
    // 600,000 x 600,000 words are transforms of 1.3 million coefficients, three for each of three
    // primes, which take tens of milliseconds on any machine.
    let token = Token::new();
    multiply(&token, &vec![3; 600_000], &vec![5; 600_000]).unwrap();
    assert!(token.blocks() > 500, "{}", token.blocks());
}

#[test]
fn a_conversion_cancelled_in_mid_call_ends_within_the_blocks_under_way() {
    check_in_the_middle(|token| to_decimal(token, &vec![u64::MAX; 30_000]));
    check_in_the_middle(|token| from_decimal(token, &vec![b'7'; 500_000]));
}
