import { enableCompileCache } from 'node:module';

// Loaded before all else by `npm start`: a second start on one's own machine then finds its code compiled. It is no
// TypeScript, which Node would have to load its compiler for. A server starts seldom, and would keep what it found, ten
// megabytes, for as long as it runs. The options of `npm start` make it quick, too: with --max-semi-space-size less new
// memory is touched, and with --wasm-tiering-budget V8 optimises a function of the embedded database once it has run for
// long, instead of the largest of them during the start.
enableCompileCache();
