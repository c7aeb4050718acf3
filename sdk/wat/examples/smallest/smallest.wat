;; The smallest scenario that measures something: ten answers of one engine, one after the other. All it does is to
;; describe a load; the host drives it, and everything in the record comes from there.
(module
  (import "dualbench:scenario/engines@0.1.0" "measure" (func $measure (param i32 i32 i32 i64 i32)))
  (memory (export "memory") 1)

  ;; manifest: name, version, description, no params, one target (its byte 1 means mini)
  (data (i32.const 0) "smallest" "1.0.0" "Ten answers of the small engine, driven by the host." "\01")
  (data (i32.const 128)
    "\00\00\00\00\08\00\00\00" "\08\00\00\00\05\00\00\00" "\0d\00\00\00\34\00\00\00"
    "\00\00\00\00\00\00\00\00" "\41\00\00\00\01\00\00\00")
  (func (export "describe") (result i32) (i32.const 128))

  ;; workload: target, request at 4 (prompt: its tag at 4, tokens at 8; length: its tag at 16, tokens at 20), arrival at 48
  ;; (closed is 0; users at 56), warm-up at 72. What is not named here is none, or zero.
  (data (i32.const 192) "\01")                                           ;; mini
  (data (i32.const 196) "\02\00\00\00" "\80\00\00\00")                   ;; calibrated: 128 tokens, cold
  (data (i32.const 208) "\00\00\00\00" "\20\00\00\00")                   ;; exact: 32 tokens
  (data (i32.const 248) "\01\00\00\00")                                  ;; closed: one user
  (data (i32.const 264) "\01\00\00\00")                                  ;; one warm-up
  (func (export "run") (param i32 i32) (result i32)
    (call $measure (i32.const 192) (i32.const 1) (i32.const 0) (i64.const 10) (i32.const 512))
    ;; result<list<outcome>, error> is at 512, its error's text at 520; what this gives back, result<_, string>, at 576
    (i32.store8 (i32.const 576) (i32.load8_u (i32.const 512)))
    (i64.store align=4 (i32.const 580) (i64.load align=4 (i32.const 520)))
    (i32.const 576))

  ;; Every text or list of the host's comes to a place behind the last one; this scenario ends before that is much.
  (global $heap (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param $old i32) (param i32) (param i32) (param $size i32) (result i32)
    (global.set $heap (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.get $heap)
    (global.set $heap (i32.add (global.get $heap) (local.get $size)))))
