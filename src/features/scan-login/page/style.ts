export const style = `
:root { color-scheme: light dark; --paper: #faf7f1; --ink: #2b2620; --leaf: #3f6b4b; --line: #d9d0c0; }
@media (prefers-color-scheme: dark) { :root { --paper: #1d1b18; --ink: #ece5d8; --leaf: #8fbf9b; --line: #46403a; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper);
  color: var(--ink); font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { width: min(22rem, 100%); padding: 2rem; text-align: center; border: 1px solid var(--line); border-radius: 1rem; }
h1 { margin: 0 0 1rem; font-size: 1.25rem; color: var(--leaf); }
figure { position: relative; margin: 0 auto 1rem; width: 15rem; aspect-ratio: 1; }
img { display: block; width: 100%; height: 100%; background: #fff; border-radius: .5rem; }
p { margin: 0 0 .75rem; }
button { font: inherit; padding: .4rem 1.4rem; color: var(--leaf); background: none; border: 1px solid var(--leaf);
  border-radius: 2rem; cursor: pointer; }
[hidden] { display: none !important; }
.faded img { opacity: .12; }
`;
