"""The board through a storm, as a duty officer sees it."""

import re
import time
from urllib.parse import quote

from board.samples import action, effect, hostile, notification, obligation, status
from board.served import NOW_US, board_thread
from playwright.sync_api import Page, expect

from browser.conftest import Open
from browser.scenes import minute, storm
from monitor.clock import ScaledClock

SECOND_US = 1_000_000


def until(page: Page, true: str, timeout_s: float = 15) -> None:
    """Wait until an expression is true; Playwright's own way is forbidden by the page's policy."""
    end_s = time.monotonic() + timeout_s
    while not page.evaluate(true):
        assert time.monotonic() < end_s, true
        page.wait_for_timeout(50)


def test_a_storm_is_shown_nearest_crossing_first(open_page: Open) -> None:
    """Every open outage once, in the order of their countdowns; emergencies above all."""
    with storm(12) as (served, _, _):
        page = open_page(served.url)
        cards = page.locator("#cards > li")
        expect(cards).to_have_count(served.do(lambda: served.live.state.open_outages))
        expect(cards.first.locator(".title")).to_have_text("BE/ANR/agg-1")
        expect(cards.first.locator(".big")).to_have_text(re.compile(r"^0?\d:\d\d$"))
        expect(cards.first.locator(".unless")).to_have_text("unless all are restored before")
        expect(page.locator("#emergency")).to_contain_text("100, 101, 112")
        expect(page.locator("#next-more")).to_contain_text("BE/ANR/agg-1")
        expect(page.locator("#health-text")).to_contain_text("Live")
        expect(page.locator("#banner")).to_be_hidden()


def test_a_crossing_by_time_while_looking(open_page: Open) -> None:
    """The countdown runs out, and the notification is there without a reload."""
    with storm(19.5, speed=10) as (served, story, clock):
        page = open_page(served.url)
        card = page.locator("#cards > li").first
        expect(card.locator(".title")).to_have_text("BE/ANR/agg-1")
        feed = page.locator("#feed > li")
        before = feed.count()
        clock.start()
        for _ in range(100):
            served.do(lambda: story.play(clock.now_us(), SECOND_US))
            if clock.now_us() > minute(20):
                break
            time.sleep(0.05)
        expect(feed).to_have_count(before + 1)
        expect(feed.first).to_contain_text("BIPT")
        expect(feed.first).to_contain_text("at least 25,000 for at least 1 h")
        expect(page.locator("#polite")).to_contain_text("BIPT must be notified")
        anr = page.locator("#cards > li", has_text="BE/ANR/agg-1")
        expect(anr.locator(".about")).to_contain_text("1 crossed")


def test_acknowledge(open_page: Open) -> None:
    """A name and a note; it stands there for everybody, and after a reload."""
    with board_thread() as served:
        served.feed([status()], [notification()])
        page, other = open_page(served.url), open_page(served.url)
        expect(page.locator("#unseen-count")).to_have_text("1")
        page.get_by_role("button", name="Acknowledge BIPT, BE/agg-1").click()
        page.get_by_label("Your name").fill("Anna <b>")
        page.get_by_label("Note (optional)").fill("called at once")
        page.get_by_role("button", name="Acknowledge", exact=True).click()
        for each in (page, other):
            item = each.locator("#feed > li")
            expect(item).to_contain_text("Acknowledged by Anna <b>, 08:05:00 “called at once”")
            expect(each.locator("#unseen-count")).to_have_text("0")
        page.reload()
        expect(page.locator("#feed > li")).to_contain_text("Acknowledged by Anna <b>")


def test_what_must_be_done_is_seen_until_it_is_done(open_page: Open) -> None:
    """A tile, a flag on the card and a line on the outage's page: how long, by what, to whom."""
    with board_thread() as served:
        served.feed([status()], [notification()], [], [obligation()])
        page = open_page(served.url)
        expect(page.locator("#todo-count")).to_have_text("1")
        expect(page.locator("#todo-more")).to_have_text("BIPT in 54 min")
        expect(page.locator(".card .flag.duty")).to_have_text("Brief notice: in 54 min")
        page.get_by_role("link", name="BE/agg-1").first.click()
        line = page.locator("section.obligations li")
        expect(line).to_contain_text("BIPT, to BIPT · by telephone: the duty office")
        expect(line).to_contain_text("due 09:00:00 · in 54 min")
        done = {"at": "2026-03-14T08:06:00Z", "by": "Anna <b>", "reference": "<i>7"}
        served.feed([], [], [], [obligation(state="done", submitted=done, in_time=True)])
        expect(line).to_contain_text("done 08:06:00 by Anna <b> · reference <i>7")
        expect(page.locator("#todo-count")).to_have_text("0")
        expect(page.locator("#todo-more")).to_have_text("nothing is due")


def test_a_page_opened_by_its_address_knows_who_has_seen_it(open_page: Open) -> None:
    """What the feed says comes after the page of the outage was first drawn."""
    with board_thread() as served:
        said = notification()
        served.feed([status()], [said], [action(said)])
        page = open_page(served.url + f"/outage?id={quote(said['outage_id'])}")
        expect(page.locator("section.crossings")).to_contain_text("Acknowledged by Anna")
        expect(page.locator("#detail-view .flag.unseen")).to_have_count(0)


def test_an_outage_has_a_permanent_link(open_page: Open) -> None:
    """Opened by a click, by its address, and left again by going back."""
    with storm(21) as (served, _, _):
        page = open_page(served.url)
        page.get_by_role("link", name="BE/ANR/agg-1").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("BE/ANR/agg-1")
        expect(page.locator("section.crossings .item")).to_have_count(1)
        expect(page.locator("section.areas tbody tr").first).to_be_visible()
        expect(page.locator("section.obligations")).to_contain_text("No obligations")
        expect(page.locator("svg.drawing")).to_have_attribute("aria-label", re.compile("128,161"))
        again = open_page(page.url)
        expect(again.get_by_role("heading", level=1)).to_have_text("BE/ANR/agg-1")
        page.go_back()
        expect(page.locator("#list-view")).to_be_visible()


def test_filters_stand_in_the_address(open_page: Open) -> None:
    """And hold after a reload; emergencies are shown whatever they say."""
    with storm(12) as (served, _, _):
        page = open_page(served.url)
        page.get_by_label("Country").select_option("AT")
        expect(page).to_have_url(re.compile("country=AT"))
        expect(page.locator("#cards > li .title", has_text="BE/")).to_have_count(0)
        assert page.locator("#cards > li").count() > 0
        expect(page.locator("#emergency")).to_be_visible()
        page.reload()
        expect(page.locator("#cards > li .title").first).to_contain_text("AT/")
        page.get_by_role("button", name="Show all").click()
        expect(page.locator("#cards > li .title", has_text="BE/").first).to_be_visible()


def test_a_stall_is_told_and_ends(open_page: Open) -> None:
    """An outage whose input is not complete: a banner; complete again: gone."""
    with board_thread() as served:
        served.feed([status(input_complete=False)])
        page = open_page(served.url)
        expect(page.get_by_role("alert").first).to_contain_text("The input is stalled")
        expect(page.locator("#cards > li")).to_contain_text("Input incomplete")
        served.feed([status()])
        expect(page.locator("#banner")).to_be_hidden()


def test_a_killed_board_is_told_and_healed(open_page: Open) -> None:
    """Gone: a banner, numbers stay. Back, with other news: shown without a reload."""
    with board_thread() as served:
        port = served.port
        served.feed([status()])
        page = open_page(served.url)
        expect(page.locator("#cards > li")).to_have_count(1)
    expect(page.locator("#banner")).to_contain_text("Connection to the board lost")
    expect(page.locator("#cards > li")).to_have_count(1)
    with board_thread(port=port) as served:
        served.feed([status("BE/agg-7"), status("BE/agg-8")], [notification("BE/agg-7")])
        expect(page.locator("#banner")).to_be_hidden(timeout=30_000)
        expect(page.locator("#cards > li")).to_have_count(2)
        expect(page.locator("#feed > li")).to_have_count(1)


def test_hostile_texts_stay_texts(open_page: Open) -> None:
    """Nothing runs, nothing is drawn, nothing breaks: list, feed, one outage, dialog."""
    with board_thread() as served:
        statuses, notifications, actions = hostile()
        served.feed(statuses, notifications, actions[:2])
        page = open_page(served.url)
        expect(page.locator("#cards > li")).to_have_count(len(statuses))
        page.locator(".acknowledge").first.click()
        page.get_by_role("button", name="Cancel").click()
        for message in statuses:
            link = page.locator("#cards .title").get_by_text(message["outage_key"], exact=True)
            link.click()
            expect(page.get_by_role("heading", level=1)).to_have_text(message["outage_key"])
            expect(page.locator("section.areas")).to_contain_text(message["outage_key"][3:])
            page.go_back()
        assert page.locator("main img, main script").count() == 0
        assert "pwned" not in page.title()
        assert (
            page.evaluate("({}).polluted === undefined && Object.keys(Object.prototype).length")
            == 0
        )


def test_sound_and_desktop_notifications_on_request(open_page: Open) -> None:
    """Off at first; asked for, a new notification sounds and pops up."""
    with board_thread() as served:
        served.feed([status()])
        page = open_page(served.url, permissions=["notifications"])
        page.evaluate(
            "() => { window.popped = []; const Real = Notification;"
            " window.Notification = class { constructor(title) { popped.push(title); }"
            " static permission = 'granted';"
            " static requestPermission() { return Promise.resolve('granted'); } };"
            " window.tones = 0; const start = OscillatorNode.prototype.start;"
            " OscillatorNode.prototype.start = function (at)"
            " { tones += 1; start.call(this, at); } }"
        )
        served.feed([], [notification("BE/first")])
        expect(page.locator("#feed > li")).to_have_count(1)
        assert page.evaluate("[tones, popped.length]") == [0, 0]
        page.get_by_role("button", name="Sound").click()
        page.get_by_role("button", name="Desktop").click()
        until(page, "tones > 0")
        page.evaluate("tones = 0")
        grave = notification("BE/second", cell={"effect": "psap_unavailable", "target": "L"})
        served.feed([], [grave])
        until(page, "tones === 4 && popped.length === 1")
        assert page.evaluate("popped[0]") == "Emergency call centre L takes no calls"
        expect(page.locator("#assertive")).to_contain_text("BIPT")


def test_emergency_is_above_all(open_page: Open) -> None:
    """It appears while looking, red, and goes when it is over."""
    with board_thread() as served:
        served.feed([status()])
        page = open_page(served.url)
        expect(page.locator("#emergency")).to_be_hidden()
        served.feed([status(effects=[effect("112"), effect("100")])])
        expect(page.locator("#emergency")).to_contain_text(
            "Emergency number 100, 112 cannot be reached"
        )
        served.feed([status(effects=[effect("112", active=False), effect("100", active=False)])])
        expect(page.locator("#emergency")).to_be_hidden()
        expect(page.locator("#cards > li")).to_contain_text("112 unreachable (over)")


def test_five_hundred_outages(open_page: Open) -> None:
    """A page that is usable with all of them, and follows changes of a hundred at once."""
    with board_thread() as served:
        served.feed([status(f"BE/{n:03}") for n in range(500)])
        page = open_page(served.url)
        expect(page.locator("#cards > li")).to_have_count(500)
        served.feed([status(f"BE/{n:03}", planned=True) for n in range(100)])
        expect(page.locator("#cards > li.planned")).to_have_count(100)
        took_ms = page.evaluate(
            "() => new Promise((done) => { const began = performance.now();"
            " requestAnimationFrame(() => requestAnimationFrame("
            "() => done(performance.now() - began))); })"
        )
        assert took_ms < 1000


def test_a_login_comes_back_to_the_outage(open_page: Open) -> None:
    """A permanent link in a mail: log in, and be there."""
    from pydantic import SecretStr  # noqa: PLC0415 - only here

    token = "a-long-enough-token"  # noqa: S105 - a test's own
    with board_thread(board_token=SecretStr(token)) as served:
        served.feed([status()])
        url = f"{served.url}/outage?id=BE%2Fagg-1%402026-03-14T08%3A00%3A00Z"
        page = open_page(served.url + "/static/icon.svg", ready=False)
        page.goto(url)
        page.get_by_label("Your name").fill("Anna")
        page.get_by_label("Token", exact=True).fill("wrong")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_have_text("That is not the token.")
        page.get_by_label("Token", exact=True).fill(token)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("BE/agg-1")
        expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_the_clock_is_the_boards(open_page: Open) -> None:
    """Sixty times as fast where the board's is; a wrong clock of the machine has no part in it."""
    clock = ScaledClock(NOW_US, 60)
    with board_thread(clock) as served:
        served.feed([status()])
        page = open_page(served.url)
        expect(page.locator("#clock")).to_have_text(re.compile("^08:0"))
        clock.start()
        expect(page.locator("#next-count")).to_have_text(re.compile(r"^(5[0-3]|[0-4]?\d):"))
        expect(page.locator("#clock")).to_have_text(re.compile("^08:(0[7-9]|[1-5])"))
