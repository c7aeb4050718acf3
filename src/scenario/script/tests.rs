//! What becomes of a script's text before anything runs.

use super::{Language, Refusal, Script};

#[track_caller]
fn read(file: &str, text: &str) -> String {
    let language = Language::of(file).expect("a script");
    Script::read(file, language, text.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal:?}")).text
}

#[track_caller]
fn refused(file: &str, text: &str, line: usize, words: &str) -> Refusal {
    let language = Language::of(file).expect("a script");
    let refusal = Script::read(file, language, text.as_bytes()).expect_err("it is wrong");
    assert_eq!(refusal.line, line, "{refusal:?}");
    assert!(refusal.what.contains(words), "{refusal:?} lacks {words}");
    refusal
}

/// The lines of the script as the runner gets them, without what stands before the first.
fn lines(file: &str, text: &str) -> Vec<String> {
    let function = read(file, text);
    let body = function.split_once("\"use strict\";").expect("a function").1;
    body.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn imports_and_exports_become_a_function_line_for_line() {
    let text = "#!/usr/bin/env node\nimport { main,\n  report as told } from \"dualbench\";\nimport * as db from 'dualbench';\n\
                export const { describe, run: [a] } = x;\nexport function f() {}\nlet l;\nexport { l as other, l };\nexport default 1;";
    let lines = lines("a.js", text);
    let head = "const {\"main\": main}=dualbench;const {\"report\": told}=dualbench;const db=dualbench;";
    assert_eq!(lines[0], head);
    assert_eq!(&lines[1..4], ["", "", ""]);
    assert_eq!(lines[4], "       const { describe, run: [a] } = x;");
    assert_eq!(lines[5], "       function f() {}");
    assert_eq!(&lines[6..9], ["let l;", "", "const _default=1;"]);
    assert_eq!(lines[9], "return { describe, a, f, \"other\": l, \"l\": l, default: _default };");
}

#[test]
fn types_go_and_nothing_else_moves() {
    let cases = [
        ("let a: number = 1, b!: string;", "let a         = 1, b         ;"),
        (
            "function f<T>(x?: T, ...y: T[]): x is T { return x as T; }",
            "function f   (x    , ...y     )         { return x     ; }",
        ),
        ("const g = <T,>(x: T): T => x!;", "const g =     (x   )    => x ;"),
        ("interface I { a: string }", ";"),
        ("type A = { b: 'c' } | undefined;", ";"),
        (
            "class C<T> extends D<T> implements I, J { private readonly a?: number = 1; static b: string; }",
            "class C    extends D                    {                  a          = 1; static b        ; }",
        ),
        (
            "abstract class C { abstract a(): void; b(): void; b() {} declare c: 1; [k: string]: 2 }",
            "         class C { ;                   ;          b() {} ;             ;              }",
        ),
        ("const s = { a: 1 } satisfies A;", "const s = { a: 1 }            ;"),
        ("x = <any>y; z = f<string>(1); new M<K, V>();", "x =      y; z = f        (1); new M      ();"),
        ("function f(this: Window, a: 1) {}", "function f(              a   ) {}"),
        (
            "declare const d: number; function o(a: 1): void; function o(a) {}",
            ";                        ;                       function o(a) {}",
        ),
        ("import type { U } from './u';", ""),
        ("try {} catch (e: unknown) {}", "try {} catch (e         ) {}"),
        ("a as B\n(c)", "a;\n(c)"),
        ("let x = a as B // why\n`c`", "let x = a;     // why\n`c`"),
        ("x = f(a as B\n)", "x = f(a\n)"),
        ("x = a\ntype B = 1\n(c)", "x = a\n;\n(c)"),
        ("class C { a = 1\ndeclare b: 2\n[c] = 3 }", "class C { a = 1\n;\n[c] = 3 }"),
    ];
    for (typed, plain) in cases {
        let erased = lines("a.ts", typed);
        let (body, end) = erased.split_at(erased.len() - 2);
        assert_eq!(body.join("\n"), plain.trim_end(), "{typed}");
        assert_eq!(end[1], "})");
    }
}

#[test]
fn what_is_more_than_a_type_is_refused_with_its_line() {
    refused("a.ts", "let a = 1;\nenum E { A }", 2, "`enum`");
    refused("a.ts", "\n\nnamespace N { export const a = 1 }", 3, "`namespace`");
    refused("a.ts", "class C { constructor(private a: number) {} }", 1, "property");
    refused("a.ts", "@d class C {}", 1, "decorator");
}

#[test]
fn a_syntax_error_has_its_line_and_column() {
    let refusal = refused("a.js", "let a = 1;\nlet b = ;\n", 2, "Unexpected token");
    assert_eq!((refusal.column, refusal.shown.as_str()), (9, "let b = ;"));
    refused("a.js", "let a: number = 1;", 1, "");
    refused("a.js", "function f() {\n  return 1;\n", 3, "");
}

#[test]
fn only_the_sdk_can_be_imported() {
    refused("a.js", "\nimport fs from \"node:fs\";", 2, "`node:fs` cannot be imported");
    refused("a.js", "export * from './other.js';", 1, "`./other.js` cannot be imported");
    refused("a.js", "import dualbench from 'dualbench';", 1, "no default export");
}

#[test]
fn what_is_no_utf_8_is_told_with_its_line() {
    let refusal = Script::read("a.py", Language::Python, b"a = 1\nb = '\xff'").expect_err("not UTF-8");
    assert_eq!((refusal.line, refusal.column), (2, 6));
}

#[test]
fn the_ending_tells_the_language() {
    let of = |file| Language::of(file).map(Language::name);
    assert_eq!(
        [of("a.js"), of("A.MJS"), of("a.ts"), of("a.py")],
        [Some("JavaScript"), Some("JavaScript"), Some("TypeScript"), Some("Python")]
    );
    assert_eq!([of("a.wasm"), of("js"), of("a.json")], [None, None, None]);
}
