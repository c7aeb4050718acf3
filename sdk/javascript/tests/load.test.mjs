import assert from "node:assert/strict";
import { register } from "node:module";
import { test } from "node:test";
import { asked } from "./host.mjs";

register("./hooks.mjs", import.meta.url);
const { calibrated, closed, main, measure, mini, open, staged, user } = await import("../lib/index.js");

const stages = [
  { toPerSecond: 5, seconds: 2 },
  { toPerSecond: 5, seconds: 0.5 },
];
const ramp = (more = {}) => staged(main, "Hello.", { fromPerSecond: 1, stages, ...more });
const prompts = ({ requests }) => requests.map(({ prompt }) => prompt);
const text = (val) => ({ tag: "text", val });

test("an answer of no tokens is asked for as such", () => {
  assert.deepEqual(closed(main, { prompt: "Hello.", atMost: 0 }).requests[0].length, { tag: "at-most", val: 0 });
});

test("one prompt is one request", () => {
  assert.deepEqual(prompts(closed(main, "Hello.")), [text("Hello.")]);
  assert.deepEqual(prompts(closed(main, { prompt: "Hello." })), [text("Hello.")]);
  assert.equal(prompts(closed(main, calibrated(8)))[0].tag, "calibrated");
});

test("a list of messages is one conversation", () => {
  const talk = [user("Hello."), user("Hello?")];
  assert.deepEqual(prompts(closed(main, talk)), [{ tag: "messages", val: talk }]);
});

test("several prompts are several requests, whatever holds them", () => {
  const several = ["One.", { prompt: "Two." }, [user("Three.")]];
  const expected = [text("One."), text("Two."), { tag: "messages", val: [user("Three.")] }];
  function* generated() {
    yield* several;
  }
  for (const given of [several, new Set(several), generated()]) {
    assert.deepEqual(prompts(closed(main, given)), expected);
  }
});

test("nothing to ask is refused", () => {
  assert.throws(() => closed(main, []), /nothing is asked/);
  assert.throws(() => closed(main, undefined), /`prompt` must be/);
});

test("a list of lists of texts is no conversation", () => {
  assert.throws(() => closed(main, [["One.", "Two."]]), /`prompt` must be a text, a list of messages, or calibrated/);
});

test("a generator without an end is refused", () => {
  function* endless() {
    for (;;) yield "Again.";
  }
  assert.throws(() => closed(main, endless()), /10000 requests at most/);
});

test("arrivals are at random and 64 open at most unless said otherwise", () => {
  for (const { pace } of [open(main, "Hello.", { ratePerSecond: 2 }), ramp()]) {
    assert.equal(pace.val.spacing, "poisson");
    assert.equal(pace.val.maxOpen, 64);
  }
  assert.equal(ramp({ spacing: "constant", maxOpen: 4 }).pace.val.maxOpen, 4);
});

test("a wrong word or name is refused with the known ones", () => {
  assert.throws(() => ramp({ spacing: "even" }), /spacing `even` is none of poisson, constant/);
  assert.throws(() => calibrated(8, { cache: "lukewarm" }), /cache `lukewarm` is none of cold, warm/);
  assert.throws(() => closed(main, "Hello.", { user: 2 }), /closed has no `user`; known are users, warmUp/);
  assert.throws(() => ramp({ stages: [{ rate: 5, seconds: 2 }] }), /a stage has no `rate`; known are toPerSecond, seconds/);
});

test("stages that are no list of stages are refused", () => {
  for (const given of [undefined, [], "5/2", { toPerSecond: 5, seconds: 2 }]) {
    assert.throws(() => ramp({ stages: given }), /`stages` must be a list/);
  }
  assert.throws(() => ramp({ stages: [{ toPerSecond: 5 }] }), /a stage says where to and how long/);
  assert.throws(() => ramp({ fromPerSecond: undefined }), /`fromPerSecond` is missing/);
});

test("a load ends with its longest stages where nothing is said", () => {
  const longer = ramp({ stages: [...stages, { toPerSecond: 0, seconds: 1 }] });
  assert.equal(measure([ramp(), longer, closed(mini, "Hello.")]).length, 3);
  assert.deepEqual(asked.pop().until, { tag: "seconds", val: 3.5 });
});

test("an end that is said counts", () => {
  measure(ramp(), { repetitions: 0 });
  assert.deepEqual(asked.pop().until, { tag: "repetitions", val: 0 });
});

test("without stages the end must be said once", () => {
  for (const until of [undefined, {}, { repetitions: 2, seconds: 2 }]) {
    assert.throws(() => measure(closed(main, "Hello."), until), /say until when/);
  }
});
