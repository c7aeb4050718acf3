;; The scenario that every language has; see sdk/PARITY.md. hello.wat in tests/fixtures/scenarios explains the layout of
;; records more slowly.
(module
  (import "dualbench:scenario/engines@0.1.0" "start" (func $start
    (param $target i32)                                                  ;; 0 main, 1 mini, 2 pipeline
    (param $prompt i32) (param $prompt-a i32) (param $prompt-b i32)      ;; 0 messages, 1 text, 2 calibrated(tokens, cache)
    (param $length i32) (param $tokens i32)                              ;; 0 exact, 1 at-most
    (param $has-temperature i32) (param $temperature f32)
    (param $has-seed i32) (param $seed i32)
    (param $warm-up i32)
    (param $result i32)))
  (import "dualbench:scenario/engines@0.1.0" "[method]exchange.next" (func $next (param i32 i32)))
  (import "dualbench:scenario/engines@0.1.0" "[method]exchange.finish" (func $finish (param i32 i32)))
  (import "dualbench:scenario/engines@0.1.0" "[method]exchange.text" (func $answer (param i32 i32)))
  (import "dualbench:scenario/engines@0.1.0" "[method]exchange.cancel" (func $cancel (param i32)))
  (import "dualbench:scenario/engines@0.1.0" "[resource-drop]exchange" (func $drop (param i32)))
  (import "dualbench:scenario/engines@0.1.0" "wait-any" (func $wait-any (param i32 i32 i32)))
  ;; measure-loads(list, until: its tag and its value in one i64, result)
  (import "dualbench:scenario/engines@0.1.0" "measure-loads" (func $measure (param i32 i32 i32 i64 i32)))
  (import "dualbench:scenario/engines@0.1.0" "info" (func $info (param i32 i32)))
  (import "dualbench:scenario/report@0.1.0" "seed" (func $seed (result i32)))
  (import "dualbench:scenario/report@0.1.0" "phase" (func $phase (param i32 i32)))
  (import "dualbench:scenario/report@0.1.0" "progress" (func $progress (param i32 i32)))
  (import "dualbench:scenario/report@0.1.0" "log" (func $log (param i32 i32 i32)))        ;; 0 debug … 3 error
  (import "dualbench:scenario/report@0.1.0" "metric" (func $metric (param i32 i32 f64 i32 i32)))
  ;; result<_, string>: its tag, then the text at 4.
  (import "dualbench:scenario/report@0.1.0" "threshold" (func $threshold (param i32 i32 i32)))
  (import "dualbench:scenario/report@0.1.0" "mark" (func $mark (param i32 i32)))
  (import "dualbench:scenario/report@0.1.0" "count" (func $add (param i32 i32 f64)))
  (import "dualbench:scenario/data@0.1.0" "names" (func $names (param i32)))
  ;; result<list<u8>, string>: its tag, then the bytes or the text at 4.
  (import "dualbench:scenario/data@0.1.0" "read" (func $read (param i32 i32 i32)))
  (import "dualbench:scenario/report@0.1.0" "void-run" (func $void-run (param i32 i32)))

  (memory (export "memory") 1)

  ;; 0…1023: texts, each with a zero byte behind it, so that $text finds its length.
  (data (i32.const 0) "tokens\00")
  (data (i32.const 8) "parity\00")
  (data (i32.const 16) "1.0.0\00")
  (data (i32.const 24) "The same in every language: what comes of it must be equal.\00")
  (data (i32.const 84) "exchanges\00")
  (data (i32.const 96) "Exchanges, one after the other.\00")
  (data (i32.const 128) "prompt_tokens\00")
  (data (i32.const 144) "Length of a calibrated prompt.\00")
  (data (i32.const 176) "output_tokens\00")
  (data (i32.const 192) "Length of an answer.\00")
  (data (i32.const 216) "temperature\00")
  (data (i32.const 228) "Temperature of the two answers at once.\00")
  (data (i32.const 268) "pair\00")
  (data (i32.const 276) "Whether two answers are asked for at once.\00")
  (data (i32.const 320) "engine\00")
  (data (i32.const 328) "The engine that is asked alone.\00")
  (data (i32.const 360) "main\00")
  (data (i32.const 368) "mini\00")
  (data (i32.const 376) "fail\00")
  (data (i32.const 384) "Words to fail with, such as: tschüß ✓\00")
  (data (i32.const 428) "\00")
  (data (i32.const 432) "the run is being stopped\00")
  (data (i32.const 460) "main.e2e_ms.min > 0\00")
  (data (i32.const 480) "fast ✓\00")
  (data (i32.const 492) "a threshold of nonsense was taken\00")
  (data (i32.const 528) "warm-up\00")
  (data (i32.const 536) "alone\00")
  (data (i32.const 544) "Answer briefly ✓\00")
  (data (i32.const 564) "Grüße!\00")
  (data (i32.const 576) "Ja?\00")
  (data (i32.const 580) "Count to a thousand.\00")
  (data (i32.const 604) "complete\00")
  (data (i32.const 616) "length\00")
  (data (i32.const 624) "cancelled\00")
  (data (i32.const 636) "stalled\00")
  (data (i32.const 644) "truncated\00")
  (data (i32.const 656) "refused\00")
  (data (i32.const 664) "broken\00")
  (data (i32.const 672) "malformed\00")
  (data (i32.const 684) "ends\00")
  (data (i32.const 692) "the pipeline was not refused\00")
  (data (i32.const 724) "none\00")
  (data (i32.const 732) "load\00")
  (data (i32.const 740) "measured\00")
  (data (i32.const 752) "Hello.\00")
  (data (i32.const 760) "open_known\00")
  (data (i32.const 772) "flag\00")
  (data (i32.const 780) "nothing was asked for\00")
  (data (i32.const 804) "chunks\00")
  (data (i32.const 812) "characters\00")
  (data (i32.const 824) "counted\00")
  (data (i32.const 832) "seed\00")
  (data (i32.const 840) "measured ✓\00")
  (data (i32.const 856) "done\00")
  (data (i32.const 864) "data\00")
  (data (i32.const 872) "../none\00")
  (data (i32.const 880) "a path was taken\00")
  (data (i32.const 900) "One.\00")
  (data (i32.const 908) "Two ✓\00")
  (data (i32.const 916) "staged_known\00")

  ;; 1024 the manifest, 1088 its params of 88 bytes, 1712 its targets, 1720 the choices of `engine`; 1760 the messages;
  ;; 1808 a load, 1864 its requests of 40 bytes, 1944 its stages of 16; 2048 where the host writes results; 3072 the handles of the pair; 4096 what the host asks for.
  (data (i32.const 1712) "\00\01")
  (global $heap (mut i32) (i32.const 4096))
  (global $params (mut i32) (i32.const 0))
  (global $chunks (mut i32) (i32.const 0))
  (global $tokens (mut i32) (i32.const 0))
  (global $characters (mut i32) (i32.const 0))
  (global $counted (mut i32) (i32.const 0))
  ;; Values of the arguments: their addresses.
  (global $arguments (mut i32) (i32.const 0))

  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and
      (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $align))))
    (global.set $heap (i32.add (local.get $at) (local.get $size)))
    (block $enough
      (br_if $enough (i32.le_u (global.get $heap) (i32.shl (memory.size) (i32.const 16))))
      (br_if $enough (i32.ne (i32.const -1) (memory.grow
        (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1)))))
      unreachable)
    (memory.copy (local.get $at) (local.get $old) (local.get $old-size))
    (local.get $at))

  ;; Address and length of a text of ours.
  (func $text (param $at i32) (result i32 i32)
    (local $end i32)
    (local.set $end (local.get $at))
    (block $zero (loop $more
      (br_if $zero (i32.eqz (i32.load8_u (local.get $end))))
      (local.set $end (i32.add (local.get $end) (i32.const 1)))
      (br $more)))
    (local.get $at)
    (i32.sub (local.get $end) (local.get $at)))

  ;; Writes (address, length) of a text of ours to a record.
  (func $put (param $record i32) (param $text i32)
    (local $length i32)
    (call $text (local.get $text))
    (local.set $length)
    (drop)
    (i32.store (local.get $record) (local.get $text))
    (i32.store offset=4 (local.get $record) (local.get $length)))

  ;; Begins the next param: name, help, kind of its default (0 flag, 1 integer, 2 number, 3 text); gives its address.
  (func $param (param $name i32) (param $help i32) (param $kind i32) (result i32)
    (local $at i32)
    (local.set $at (i32.add (i32.const 1088) (i32.mul (global.get $params) (i32.const 88))))
    (global.set $params (i32.add (global.get $params) (i32.const 1)))
    (call $put (local.get $at) (local.get $name))
    (call $put (i32.add (local.get $at) (i32.const 8)) (local.get $help))
    (i32.store8 offset=16 (local.get $at) (local.get $kind))
    (local.get $at))

  (func $range (param $param i32) (param $min f64) (param $max f64)
    (i32.store8 offset=48 (local.get $param) (i32.const 1))
    (f64.store offset=56 (local.get $param) (local.get $min))
    (i32.store8 offset=64 (local.get $param) (i32.const 1))
    (f64.store offset=72 (local.get $param) (local.get $max)))

  (func $integer (param $name i32) (param $help i32) (param $value i32) (param $min f64) (param $max f64) (result i32)
    (local $at i32)
    (local.set $at (call $param (local.get $name) (local.get $help) (i32.const 1)))
    (i32.store offset=24 (local.get $at) (local.get $value))
    (call $range (local.get $at) (local.get $min) (local.get $max))
    (local.get $at))

  (func $unit-tokens (param $param i32)
    (i32.store8 offset=32 (local.get $param) (i32.const 1))
    (call $put (i32.add (local.get $param) (i32.const 36)) (i32.const 0) (; tokens ;)))

  (func (export "describe") (result i32)
    (local $at i32)
    (call $put (i32.const 1024) (i32.const 8) (; parity ;))
    (call $put (i32.const 1032) (i32.const 16) (; 1.0.0 ;))
    (call $put (i32.const 1040) (i32.const 24))
    (i32.store (i32.const 1048) (i32.const 1088))
    (i32.store (i32.const 1052) (i32.const 7))
    (i32.store (i32.const 1056) (i32.const 1712))
    (i32.store (i32.const 1060) (i32.const 2))
    (drop (call $integer (i32.const 84) (; exchanges ;) (i32.const 96)
      (i32.const 3) (f64.const 0) (f64.const 1000)))
    (call $unit-tokens (call $integer (i32.const 128) (; prompt_tokens ;) (i32.const 144)
      (i32.const 64) (f64.const 1) (f64.const 4096)))
    (call $unit-tokens (call $integer (i32.const 176) (; output_tokens ;) (i32.const 192) (; Length of an answer. ;)
      (i32.const 16) (f64.const 1) (f64.const 4096)))
    (local.set $at (call $param (i32.const 216) (; temperature ;) (i32.const 228) (i32.const 2)))
    (f64.store offset=24 (local.get $at) (f64.const 0.5))
    (call $range (local.get $at) (f64.const 0) (f64.const 2))
    (local.set $at (call $param (i32.const 268) (; pair ;) (i32.const 276) (i32.const 0)))
    (i32.store8 offset=24 (local.get $at) (i32.const 1))
    (local.set $at (call $param (i32.const 320) (; engine ;) (i32.const 328) (i32.const 3)))
    (call $put (i32.add (local.get $at) (i32.const 24)) (i32.const 360) (; main ;))
    (call $put (i32.const 1720) (i32.const 360) (; main ;))
    (call $put (i32.const 1728) (i32.const 368) (; mini ;))
    (i32.store offset=80 (local.get $at) (i32.const 1720))
    (i32.store offset=84 (local.get $at) (i32.const 2))
    (local.set $at (call $param (i32.const 376) (; fail ;) (i32.const 384) (i32.const 3)))
    (call $put (i32.add (local.get $at) (i32.const 24)) (i32.const 428) (;  ;))
    (i32.const 1024))

  ;; The number of an argument, or the second of two: arguments come in the manifest's order, 24 bytes each, value at 16.
  (func $argument (param $index i32) (result i32)
    (i32.add (global.get $arguments) (i32.add (i32.const 16) (i32.mul (local.get $index) (i32.const 24)))))

  ;; run's result: the address of ok, of err(text of ours), of err(address, length).
  (func $ok (result i32)
    (i32.store8 (i32.const 2048) (i32.const 0))
    (i32.const 2048))
  (func $err (param $text i32) (param $length i32) (result i32)
    (i32.store8 (i32.const 2048) (i32.const 1))
    (i32.store (i32.const 2052) (local.get $text))
    (i32.store (i32.const 2056) (local.get $length))
    (i32.const 2048))
  ;; Of the host's `error` at an address: tag, then the text at 4, but for `stopping` (5), which has none.
  (func $host-err (param $error i32) (result i32)
    (if (result i32) (i32.eq (i32.load8_u (local.get $error)) (i32.const 5))
      (then (call $err (call $text (i32.const 432))))
      (else (call $err (i32.load offset=4 (local.get $error)) (i32.load offset=8 (local.get $error))))))

  ;; Starts the calibrated request; 0 is no handle: then the error lies at 2052.
  (func $calibrated (param $cache i32) (param $warm-up i32) (result i32)
    (call $start (call $target)
      (i32.const 2) (i32.load (call $argument (i32.const 1))) (local.get $cache)
      (i32.const 0) (i32.load (call $argument (i32.const 2)))
      (i32.const 0) (f32.const 0) (i32.const 0) (i32.const 0)
      (local.get $warm-up) (i32.const 2048))
    (call $handle))
  (func $handle (result i32)
    (select (i32.const 0) (i32.load (i32.const 2052)) (i32.load8_u (i32.const 2048))))

  ;; `main` or `mini`: the second letter tells.
  (func $target (result i32)
    (i32.eq (i32.const 105) (i32.load8_u offset=1 (i32.load (call $argument (i32.const 5))))))

  ;; One `next`: 0 there was a chunk, 1 the stream has ended, 2 an error, at 2056.
  ;; At 2048 the result's tag; at 2056 the option's; at 2064 the chunk: text at 4, tokens' tag at 12 and value at 16.
  (func $take (param $exchange i32) (result i32)
    (local $at i32) (local $end i32) (local $mark i32)
    (local.set $mark (global.get $heap))
    (call $next (local.get $exchange) (i32.const 2048))
    (if (i32.load8_u (i32.const 2048)) (then (return (i32.const 2))))
    (if (i32.eqz (i32.load8_u (i32.const 2056))) (then (return (i32.const 1))))
    (global.set $chunks (i32.add (global.get $chunks) (i32.const 1)))
    (if (i32.load8_u (i32.const 2076)) (then
      (global.set $tokens (i32.add (global.get $tokens) (i32.load (i32.const 2080))))))
    ;; Of a Unicode scalar value in UTF-8, one byte does not begin with the bits 10.
    (local.set $at (i32.load (i32.const 2068)))
    (local.set $end (i32.add (local.get $at) (i32.load (i32.const 2072))))
    (block $done (loop $more
      (br_if $done (i32.eq (local.get $at) (local.get $end)))
      (global.set $characters (i32.add (global.get $characters)
        (i32.ne (i32.and (i32.load8_u (local.get $at)) (i32.const 0xc0)) (i32.const 0x80))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $more)))
    (global.set $heap (local.get $mark))
    (i32.const 0))

  ;; Finishes and drops; 1 where the host answered with an error, at 2056. The ending is the first byte of the measures.
  (func $end (param $exchange i32) (result i32)
    (call $finish (local.get $exchange) (i32.const 2048))
    (if (i32.load8_u (i32.const 2048)) (then (return (i32.const 1))))
    (global.set $counted (i32.add (global.get $counted) (i32.lt_u (i32.load8_u (i32.const 2056)) (i32.const 2))))
    (i32.const 0))

  ;; Reads an exchange to its end; 1 on an error, at 2056.
  (func $drain (param $exchange i32) (result i32)
    (local $got i32)
    (loop $more
      (local.set $got (call $take (local.get $exchange)))
      (br_if $more (i32.eqz (local.get $got))))
    (if (i32.eq (local.get $got) (i32.const 2)) (then (return (i32.const 1))))
    (call $end (local.get $exchange)))

  ;; Each part of the run gives 0, or the address of its err.
  (func $thresholds (result i32)
    (call $threshold (call $text (i32.const 460) (; main.e2e_ms.min > 0 ;)) (i32.const 2048))
    (if (i32.load8_u (i32.const 2048)) (then (return (i32.const 2048))))
    (call $threshold (call $text (i32.const 480) (; fast ✓ ;)) (i32.const 2048))
    (if (i32.eqz (i32.load8_u (i32.const 2048))) (then
      (return (call $err (call $text (i32.const 492))))))
    (call $log (i32.const 0) (i32.load (i32.const 2052)) (i32.load (i32.const 2056)))
    (i32.const 0))

  (func $alone (param $exchanges i32) (result i32)
    (local $done i32) (local $exchange i32)
    (call $phase (call $text (i32.const 528) (; warm-up ;)))
    (local.set $exchange (call $calibrated (i32.const 0) (i32.const 1)))
    (if (i32.eqz (local.get $exchange)) (then (return (call $host-err (i32.const 2052)))))
    (if (call $drain (local.get $exchange)) (then (return (call $host-err (i32.const 2056)))))
    (call $drop (local.get $exchange))
    (call $phase (call $text (i32.const 536) (; alone ;)))
    (loop $more
      (call $progress (local.get $done) (local.get $exchanges))
      (local.set $exchange (call $calibrated (i32.const 1) (i32.const 0)))
      (if (i32.eqz (local.get $exchange)) (then (return (call $host-err (i32.const 2052)))))
      (if (call $drain (local.get $exchange)) (then (return (call $host-err (i32.const 2056)))))
      (call $answer (local.get $exchange) (i32.const 2048))
      (call $drop (local.get $exchange))
      (local.set $done (i32.add (local.get $done) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $done) (local.get $exchanges))))
    (call $log (i32.const 1) (i32.load (i32.const 2048)) (i32.load (i32.const 2052)))
    (call $progress (local.get $exchanges) (local.get $exchanges))
    (i32.const 0))

  (func $message (param $index i32) (param $role i32) (param $content i32)
    (local $at i32)
    (local.set $at (i32.add (i32.const 1760) (i32.mul (local.get $index) (i32.const 12))))
    (i32.store8 (local.get $at) (local.get $role))
    (call $put (i32.add (local.get $at) (i32.const 4)) (local.get $content)))

  (func $ask-both (param $target i32) (param $seed i32) (result i32)
    (call $start (local.get $target)
      (i32.const 0) (i32.const 1760) (i32.const 3)
      (i32.const 1) (i32.load (call $argument (i32.const 2)))
      (i32.const 1) (f32.demote_f64 (f64.load (call $argument (i32.const 3))))
      (i32.const 1) (local.get $seed)
      (i32.const 0) (i32.const 2048))
    (call $handle))

  (func $pair (result i32)
    (local $seed i32) (local $open i32) (local $ready i32) (local $index i32) (local $list i32) (local $got i32)
    (local $mark i32)
    (call $phase (call $text (i32.const 268) (; pair ;)))
    (call $message (i32.const 0) (i32.const 0) (i32.const 544) (; Answer briefly ✓ ;))
    (call $message (i32.const 1) (i32.const 1) (i32.const 564) (; Grüße! ;))
    (call $message (i32.const 2) (i32.const 2) (i32.const 576) (; Ja? ;))
    (local.set $seed (call $seed))
    (i32.store (i32.const 3072) (call $ask-both (i32.const 0) (local.get $seed)))
    (if (i32.eqz (i32.load (i32.const 3072))) (then (return (call $host-err (i32.const 2052)))))
    (i32.store (i32.const 3076) (call $ask-both (i32.const 1) (local.get $seed)))
    (if (i32.eqz (i32.load (i32.const 3076))) (then (return (call $host-err (i32.const 2052)))))
    (local.set $open (i32.const 2))
    (local.set $mark (global.get $heap))
    (loop $wait
      (global.set $heap (local.get $mark))
      (call $wait-any (i32.const 3072) (local.get $open) (i32.const 2048))
      (local.set $list (i32.load (i32.const 2048)))
      (local.set $ready (i32.load (i32.const 2052)))
      (block $all (loop $each
        (br_if $all (i32.eqz (local.get $ready)))
        (local.set $ready (i32.sub (local.get $ready) (i32.const 1)))
        (local.set $index (i32.add (i32.const 3072) (i32.shl
          (i32.load (i32.add (local.get $list) (i32.shl (local.get $ready) (i32.const 2)))) (i32.const 2))))
        (local.set $got (call $take (i32.load (local.get $index))))
        (if (i32.eq (local.get $got) (i32.const 2)) (then (return (call $host-err (i32.const 2056)))))
        (if (local.get $got) (then
          (if (call $end (i32.load (local.get $index))) (then (return (call $host-err (i32.const 2056)))))
          (call $drop (i32.load (local.get $index)))
          ;; Of two, the other one moves up, or is in the first place already.
          (if (i32.eq (local.get $index) (i32.const 3072)) (then
            (i32.store (i32.const 3072) (i32.load (i32.const 3076)))))
          (local.set $open (i32.sub (local.get $open) (i32.const 1)))))
        (br $each)))
      (br_if $wait (local.get $open)))
    (i32.const 0))

  (func $count (param $target i32) (result i32)
    (call $start (local.get $target)
      (i32.const 1) (call $text (i32.const 580) (; Count to a thousand. ;))
      (i32.const 1) (i32.const 1000)
      (i32.const 0) (f32.const 0) (i32.const 0) (i32.const 0)
      (i32.const 1) (i32.const 2048))
    (call $handle))

  ;; The word of an ending.
  (func $word (param $ending i32) (result i32)
    (block $7 (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
      (br_table $0 $1 $2 $3 $4 $5 $6 $7 (local.get $ending)))
      (return (i32.const 604) (; complete ;)))
      (return (i32.const 616) (; length ;)))
      (return (i32.const 624) (; cancelled ;)))
      (return (i32.const 636) (; stalled ;)))
      (return (i32.const 644) (; truncated ;)))
      (return (i32.const 656) (; refused ;)))
      (return (i32.const 664) (; broken ;)))
    (i32.const 672) (; malformed ;))

  (func $ends (result i32)
    (local $exchange i32)
    (call $phase (call $text (i32.const 684) (; ends ;)))
    (local.set $exchange (call $count (i32.const 1)))
    (if (i32.eqz (local.get $exchange)) (then (return (call $host-err (i32.const 2052)))))
    (call $next (local.get $exchange) (i32.const 2048))
    (if (i32.load8_u (i32.const 2048)) (then (return (call $host-err (i32.const 2056)))))
    (call $cancel (local.get $exchange))
    (call $finish (local.get $exchange) (i32.const 2048))
    (if (i32.load8_u (i32.const 2048)) (then (return (call $host-err (i32.const 2056)))))
    (call $log (i32.const 0) (call $text (call $word (i32.load8_u (i32.const 2056)))))
    (call $drop (local.get $exchange))
    (if (call $count (i32.const 2)) (then (return (call $err (call $text (i32.const 692))))))
    ;; Of `error`, not-allowed is 1.
    (if (i32.ne (i32.load8_u (i32.const 2052)) (i32.const 1)) (then (return (call $host-err (i32.const 2052)))))
    (call $log (i32.const 2) (i32.load (i32.const 2056)) (i32.load (i32.const 2060)))
    ;; target-info at 2052: model (its tag, text at 4), dialect at 12
    (call $info (i32.const 0) (i32.const 2048))
    (if (i32.load8_u (i32.const 2048)) (then (return (call $host-err (i32.const 2052)))))
    (call $log (i32.const 1) (i32.load (i32.const 2064)) (i32.load (i32.const 2068)))
    (if (i32.load8_u (i32.const 2052))
      (then (call $log (i32.const 1) (i32.load (i32.const 2056)) (i32.load (i32.const 2060))))
      (else (call $log (i32.const 1) (call $text (i32.const 724) (; none ;)))))
    (i32.const 0))

  ;; A load: target, requests at 4 (address, length), pace at 16 (its value at 24), warm-up at 48. A request: prompt (its value
  ;; at 4), length at 12 (its value at 16), temperature at 20, seed at 28, warm-up at 36. An outcome: complete at 4, failed at 8,
  ;; ttft-ms at 16, its median's tag 40 behind.
  (func $load (result i32)
    (call $phase (call $text (i32.const 732) (; load ;)))
    (i32.store (i32.const 1812) (i32.const 1864))
    (i32.store (i32.const 1816) (i32.const 1))                                       ;; one request
    (i32.store8 (i32.const 1808) (i32.const 1))                                      ;; mini
    (i32.store8 (i32.const 1864) (i32.const 2))                                      ;; calibrated, cold
    (i32.store (i32.const 1868) (i32.load (call $argument (i32.const 1))))
    (i32.store (i32.const 1880) (i32.load (call $argument (i32.const 2))))           ;; exact
    (i32.store (i32.const 1832) (i32.const 2))                                       ;; closed(2)
    (i32.store (i32.const 1856) (i32.const 1))                                       ;; warm-up
    (call $measure (i32.const 1808) (i32.const 1) (i32.const 0) (i64.const 4) (i32.const 2048))
    (if (i32.load8_u (i32.const 2048)) (then (return (call $host-err (i32.const 2052)))))
    (call $metric (call $text (i32.const 740) (; measured ;))
      (f64.convert_i32_u (i32.add
        (i32.load offset=4 (i32.load (i32.const 2052))) (i32.load offset=8 (i32.load (i32.const 2052)))))
      (call $text (i32.const 84) (; exchanges ;)))

    (i32.store8 (i32.const 1808) (i32.const 0))                                      ;; main
    (call $ask (i32.const 1864) (i32.const 752) (; Hello. ;))
    (i32.store8 (i32.const 1824) (i32.const 1))                                      ;; open
    (f64.store (i32.const 1832) (f64.const 50))
    (i32.store8 (i32.const 1840) (i32.const 0))                                      ;; constant
    (i32.store (i32.const 1844) (i32.const 4))
    (i32.store (i32.const 1856) (i32.const 0))
    (call $measure-seconds (i32.const 760) (; open_known ;)))

  ;; A request in a load: a text of ours, at most as many tokens as the argument says.
  (func $ask (param $request i32) (param $text i32)
    (i32.store8 (local.get $request) (i32.const 1))
    (call $put (i32.add (local.get $request) (i32.const 4)) (local.get $text))
    (i32.store8 offset=12 (local.get $request) (i32.const 1))                        ;; at-most
    (i32.store offset=16 (local.get $request) (i32.load (call $argument (i32.const 2)))))

  ;; Measures for 0.2 s; tells under this name whether the median of ttft-ms is known.
  (func $measure-seconds (param $name i32) (result i32)
    (call $measure (i32.const 1808) (i32.const 1) (i32.const 1) (i64.reinterpret_f64 (f64.const 0.2)) (i32.const 2048))
    (if (i32.load8_u (i32.const 2048)) (then (return (call $host-err (i32.const 2052)))))
    (call $metric (call $text (local.get $name))
      (f64.convert_i32_u (i32.load8_u offset=56 (i32.load (i32.const 2052))))
      (call $text (i32.const 772) (; flag ;)))
    (i32.const 0))

  ;; A stage: seconds, then the rate at 8.
  (func $stage (param $index i32) (param $rate f64) (param $seconds f64)
    (local $at i32)
    (local.set $at (i32.add (i32.const 1944) (i32.shl (local.get $index) (i32.const 4))))
    (f64.store (local.get $at) (local.get $seconds))
    (f64.store offset=8 (local.get $at) (local.get $rate)))

  (func $staged (result i32)
    (i32.store8 (i32.const 1808) (i32.const 1))                                      ;; mini
    (i32.store (i32.const 1816) (i32.const 2))                                       ;; two requests
    (call $ask (i32.const 1864) (i32.const 900) (; One. ;))
    (call $ask (i32.const 1904) (i32.const 908) (; Two ✓ ;))
    (i32.store8 (i32.const 1824) (i32.const 2))                                      ;; staged
    (f64.store (i32.const 1832) (f64.const 20))                                      ;; from
    (i32.store (i32.const 1840) (i32.const 1944))
    (i32.store (i32.const 1844) (i32.const 3))
    (call $stage (i32.const 0) (f64.const 60) (f64.const 0.1))
    (call $stage (i32.const 1) (f64.const 30) (f64.const 0))
    (call $stage (i32.const 2) (f64.const 30) (f64.const 0.1))
    (i32.store8 (i32.const 1848) (i32.const 0))                                      ;; constant
    (i32.store (i32.const 1852) (i32.const 4))                                       ;; at most 4 open
    (i32.store (i32.const 1856) (i32.const 1))                                       ;; warm-up
    (call $measure-seconds (i32.const 916) (; staged_known ;)))

  (func $said (param $exchanges i32) (result i32)
    (local $name i32) (local $end i32)
    (call $mark (call $text (i32.const 840) (; measured ✓ ;)))
    (call $add (call $text (i32.const 856) (; done ;)) (f64.convert_i32_u (local.get $exchanges)))
    (call $add (call $text (i32.const 856) (; done ;)) (f64.const 0.5))
    (call $names (i32.const 2048))
    (local.set $name (i32.load (i32.const 2048)))
    (local.set $end (i32.add (local.get $name) (i32.shl (i32.load (i32.const 2052)) (i32.const 3))))
    (block $all (loop $more
      (br_if $all (i32.ge_u (local.get $name) (local.get $end)))
      (call $read (i32.load (local.get $name)) (i32.load offset=4 (local.get $name)) (i32.const 2048))
      (if (i32.load8_u (i32.const 2048)) (then (return (call $err (i32.load (i32.const 2052)) (i32.load (i32.const 2056))))))
      (call $metric (call $text (i32.const 864) (; data ;)) (f64.convert_i32_u (i32.load (i32.const 2056)))
        (i32.load (local.get $name)) (i32.load offset=4 (local.get $name)))
      (local.set $name (i32.add (local.get $name) (i32.const 8)))
      (br $more)))
    (call $read (call $text (i32.const 872) (; ../none ;)) (i32.const 2048))
    (if (i32.eqz (i32.load8_u (i32.const 2048))) (then (return (call $err (call $text (i32.const 880) (; a path was taken ;))))))
    (call $log (i32.const 0) (i32.load (i32.const 2052)) (i32.load (i32.const 2056)))
    (i32.const 0))

  (func $tell (param $name i32) (param $value i32)
    (call $metric (call $text (local.get $name)) (f64.convert_i32_u (local.get $value)) (call $text (local.get $name))))

  (func (export "run") (param $arguments i32) (param $count i32) (result i32)
    (local $exchanges i32) (local $why i32) (local $fail i32)
    (global.set $arguments (local.get $arguments))
    (local.set $fail (call $argument (i32.const 6)))
    (if (i32.load offset=4 (local.get $fail)) (then
      (return (call $err (i32.load (local.get $fail)) (i32.load offset=4 (local.get $fail))))))
    (local.set $exchanges (i32.load (call $argument (i32.const 0))))
    (if (i32.eqz (local.get $exchanges)) (then
      (call $void-run (call $text (i32.const 780) (; nothing was asked for ;)))
      (return (call $ok))))
    (local.set $why (call $thresholds))
    (if (local.get $why) (then (return (local.get $why))))
    (local.set $why (call $alone (local.get $exchanges)))
    (if (local.get $why) (then (return (local.get $why))))
    (if (i32.load8_u (call $argument (i32.const 4))) (then
      (local.set $why (call $pair))
      (if (local.get $why) (then (return (local.get $why))))))
    (local.set $why (call $ends))
    (if (local.get $why) (then (return (local.get $why))))
    (local.set $why (call $load))
    (if (local.get $why) (then (return (local.get $why))))
    (local.set $why (call $staged))
    (if (local.get $why) (then (return (local.get $why))))
    (local.set $why (call $said (local.get $exchanges)))
    (if (local.get $why) (then (return (local.get $why))))
    (call $tell (i32.const 804) (; chunks ;) (global.get $chunks))
    (call $tell (i32.const 0) (; tokens ;) (global.get $tokens))
    (call $tell (i32.const 812) (; characters ;) (global.get $characters))
    (call $tell (i32.const 824) (; counted ;) (global.get $counted))
    (call $tell (i32.const 832) (; seed ;) (call $seed))
    (call $ok))
)
