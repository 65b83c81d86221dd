from bot.web.limit import Limit


class Seconds:
    now = 500.0

    def __call__(self) -> float:
        return self.now


def test_the_next_try_waits_until_the_oldest_is_a_minute_old():
    clock = Seconds()
    limit = Limit(clock, most=3, seconds=60)
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 0]
    clock.now += 10.5
    assert limit.wait("a") == 50
    clock.now += 49.4
    assert limit.wait("a") == 1
    clock.now += 0.1
    assert limit.wait("a") == 0


def test_refused_tries_do_not_prolong_the_wait():
    clock = Seconds()
    limit = Limit(clock, most=1, seconds=60)
    limit.wait("a")
    for _ in range(59):
        clock.now += 1
        assert limit.wait("a") > 0
    clock.now += 1
    assert limit.wait("a") == 0


def test_a_try_that_is_taken_back_was_none():
    limit = Limit(Seconds(), most=2)
    limit.take_back("a")
    for _ in range(5):
        assert limit.wait("a") == 0
        limit.take_back("a")
    assert [limit.wait("a") > 0 for _ in range(3)] == [False, False, True]


def test_addresses_do_not_share_a_limit():
    limit = Limit(Seconds(), most=1)
    assert limit.wait("a") == 0
    assert limit.wait("b") == 0
    assert limit.wait("a") > 0


def test_a_flood_of_addresses_forgets_the_oldest_and_stays_bounded():
    limit = Limit(Seconds(), most=1, addresses=100)
    for n in range(5000):
        assert limit.wait(f"address {n}") == 0
        assert limit.wait("a regular") == (0 if n == 0 else 60)
    assert len(limit) == 100
    assert limit.wait("address 4999") > 0
    assert limit.wait("address 0") == 0


def test_looking_counts_nothing():
    limit = Limit(Seconds(), most=1)
    assert [limit.held("a") for _ in range(3)] == [0, 0, 0]
    assert limit.wait("a") == 0
    assert limit.held("a") == 60


def test_a_network_of_ipv6_is_one_customer():
    limit = Limit(Seconds(), most=1)
    assert limit.wait("2001:db8:1:2::1") == 0
    assert limit.wait("2001:db8:1:2:ffff::9") > 0
    assert limit.wait("2001:db8:1:3::1") == 0
    assert limit.wait("not: an address") == 0
