;; How long a listener waits until a whole sentence can be read out: the host cannot know what a sentence is.
;;
;; This text is the scenario: no tool is needed. It is a plain core module, to which the host adds the contract
;; (wit/scenario.wit). What a plain module must do:
;;   - import functions of `dualbench:scenario/engines@0.1.0` and `…/report@0.1.0` by their names in the contract;
;;   - export `memory`, `cabi_realloc`, `describe` and `run`;
;;   - lay out records in memory as the canonical ABI wants it: fields in order, each at a multiple of its own size;
;;     a string or list is (address, length); an option, result or variant is a tag byte, then the value at a multiple
;;     of the largest size that the value contains.
(module
  ;; start: func(target: target, request: request) -> result<exchange, error>
  ;; A record as an argument becomes its fields, one after the other. A variant becomes its tag and as many numbers as
  ;; its widest case needs. A result that is more than one number is written to the address given last.
  (import "dualbench:scenario/engines@0.1.0" "start" (func $start
    (param $target i32)                                                  ;; 0 main, 1 mini, 2 pipeline
    (param $prompt i32) (param $prompt-a i32) (param $prompt-b i32)      ;; 0 messages, 1 text(address, length), 2 calibrated
    (param $length i32) (param $tokens i32)                              ;; 0 exact, 1 at-most
    (param $has-temperature i32) (param $temperature f32)
    (param $has-seed i32) (param $seed i32)
    (param $warm-up i32)
    (param $result i32)))
  ;; next: func() -> result<option<chunk>, error>; the first argument is the handle.
  (import "dualbench:scenario/engines@0.1.0" "[method]exchange.next" (func $next (param i32 i32)))
  (import "dualbench:scenario/engines@0.1.0" "[resource-drop]exchange" (func $drop (param i32)))
  (import "dualbench:scenario/report@0.1.0" "phase" (func $phase (param i32 i32)))
  (import "dualbench:scenario/report@0.1.0" "progress" (func $progress (param i32 i32)))
  (import "dualbench:scenario/report@0.1.0" "metric" (func $metric (param i32 i32 f64 i32 i32)))

  (memory (export "memory") 1)

  ;; 0…1023: texts, each with a zero byte behind it, so that $text finds its length.
  (data (i32.const 0) "my-scenario\00")
  (data (i32.const 12) "0.1.0\00")
  (data (i32.const 20) "How soon the first whole sentence of an answer is there.\00")
  (data (i32.const 80) "engine\00")
  (data (i32.const 88) "The engine that is asked.\00")
  (data (i32.const 116) "mini\00")
  (data (i32.const 124) "main\00")
  (data (i32.const 132) "answers\00")
  (data (i32.const 140) "Answers that are asked for, one after the other.\00")
  (data (i32.const 192) "asking\00")
  (data (i32.const 200) "Tell me in three short sentences what a tide is.\00")
  (data (i32.const 252) "first_sentence_ms\00")
  (data (i32.const 272) "ms\00")
  (data (i32.const 276) "the host refused: is the engine configured, or is the run being stopped?\00")

  ;; 1024 the manifest, 1088 its params of 88 bytes, 1712 its targets, 1720 the choices of `engine`; 2048 where the host
  ;; writes results; 4096 and up what the host asks for.
  (data (i32.const 1712) "\00\01")                                       ;; main and mini
  (global $heap (mut i32) (i32.const 4096))

  ;; The host calls this for a place for a string or list that it hands over. Nothing is ever freed here but by setting
  ;; $heap back: good enough as long as an answer is used before the next call.
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

  ;; describe: func() -> manifest, which is name, version, description, params, targets: (address, length) each.
  ;; A param is name, help at 8, default (tag at 16, value at 24), unit (tag at 32, text at 36), min (tag at 48, value at
  ;; 56), max (tag at 64, value at 72), choices at 80. Tags of a default: 0 flag, 1 integer, 2 number, 3 text.
  (func (export "describe") (result i32)
    (call $put (i32.const 1024) (i32.const 0) (; my-scenario ;))
    (call $put (i32.const 1032) (i32.const 12) (; 0.1.0 ;))
    (call $put (i32.const 1040) (i32.const 20))
    (i32.store (i32.const 1048) (i32.const 1088))
    (i32.store (i32.const 1052) (i32.const 2))                           ;; two params
    (i32.store (i32.const 1056) (i32.const 1712))
    (i32.store (i32.const 1060) (i32.const 2))                           ;; two targets

    (call $put (i32.const 1088) (i32.const 80) (; engine ;))
    (call $put (i32.const 1096) (i32.const 88))
    (i32.store8 (i32.const 1104) (i32.const 3))                          ;; text("mini")
    (call $put (i32.const 1112) (i32.const 116) (; mini ;))
    (i32.store (i32.const 1168) (i32.const 1720))                        ;; choices
    (i32.store (i32.const 1172) (i32.const 2))
    (call $put (i32.const 1720) (i32.const 124) (; main ;))
    (call $put (i32.const 1728) (i32.const 116) (; mini ;))

    (call $put (i32.const 1176) (i32.const 132) (; answers ;))
    (call $put (i32.const 1184) (i32.const 140))
    (i32.store8 (i32.const 1192) (i32.const 1))                          ;; integer(12)
    (i32.store (i32.const 1200) (i32.const 12))
    (i32.store8 (i32.const 1224) (i32.const 1))                          ;; from 1 …
    (f64.store (i32.const 1232) (f64.const 1))
    (i32.store8 (i32.const 1240) (i32.const 1))                          ;; … to 1000
    (f64.store (i32.const 1248) (f64.const 1000))
    (i32.const 1024))

  ;; run: func(arguments: list<tuple<string, value>>) -> result<_, string>
  ;; The arguments come in the manifest's order, 24 bytes each: name, value (tag at 8, value at 16).
  (func (export "run") (param $arguments i32) (param $count i32) (result i32)
    (local $engine i32) (local $answers i32) (local $done i32)
    ;; The first one is the text "main" or "mini": an `i` (105) in second place means mini, target 1.
    (local.set $engine (i32.eq (i32.const 105) (i32.load8_u offset=1 (i32.load offset=16 (local.get $arguments)))))
    (local.set $answers (i32.load offset=40 (local.get $arguments)))
    (call $phase (call $text (i32.const 192) (; asking ;)))
    (loop $more
      (call $progress (local.get $done) (local.get $answers))
      (if (call $first-sentence (local.get $engine)) (then (return (call $fail))))
      (local.set $done (i32.add (local.get $done) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $done) (local.get $answers))))
    (call $progress (local.get $answers) (local.get $answers))
    (i32.store8 (i32.const 2048) (i32.const 0))                          ;; ok
    (i32.const 2048))

  ;; Asks once; tells the moment of the first full stop, where there is one. Gives 1 where the host refused.
  (func $first-sentence (param $engine i32) (result i32)
    (local $exchange i32) (local $told i32) (local $mark i32)
    (call $start (local.get $engine)
      (i32.const 1) (call $text (i32.const 200))
      (i32.const 1) (i32.const 120)                                      ;; at-most(120)
      (i32.const 0) (f32.const 0) (i32.const 0) (i32.const 0)            ;; temperature: none, seed: none
      (i32.const 0)                                                      ;; no warm-up
      (i32.const 2048))
    ;; result<exchange, error>: tag at 0, handle or error at 4
    (if (i32.load8_u (i32.const 2048)) (then (return (i32.const 1))))
    (local.set $exchange (i32.load (i32.const 2052)))
    (local.set $mark (global.get $heap))
    (block $end (loop $more
      (global.set $heap (local.get $mark))
      (call $next (local.get $exchange) (i32.const 2048))
      ;; result<option<chunk>, error>: tag at 0, the option's tag at 8, the chunk at 16: its text at 20, offset-ms at 40
      (if (i32.load8_u (i32.const 2048)) (then (return (i32.const 1))))
      (br_if $end (i32.eqz (i32.load8_u (i32.const 2056))))
      (br_if $more (local.get $told))
      (br_if $more (i32.eqz (call $has-stop (i32.load (i32.const 2068)) (i32.load (i32.const 2072)))))
      (call $metric (call $text (i32.const 252) (; first_sentence_ms ;)) (f64.load (i32.const 2088)) (call $text (i32.const 272) (; ms ;)))
      (local.set $told (i32.const 1))
      (br $more)))
    (call $drop (local.get $exchange))
    (i32.const 0))

  ;; Whether there is a `.`, `!` or `?` among so many bytes.
  (func $has-stop (param $at i32) (param $left i32) (result i32)
    (local $byte i32)
    (block $none (loop $more
      (br_if $none (i32.eqz (local.get $left)))
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (i32.or (i32.eq (local.get $byte) (i32.const 46))
          (i32.or (i32.eq (local.get $byte) (i32.const 33)) (i32.eq (local.get $byte) (i32.const 63))))
        (then (return (i32.const 1))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $more)))
    (i32.const 0))

  ;; Gives the address of err("the host refused…").
  (func $fail (result i32)
    (i32.store8 (i32.const 2048) (i32.const 1))
    (call $put (i32.const 2052) (i32.const 276))
    (i32.const 2048)))
