import { enableCompileCache } from 'node:module';

// Loaded before all else by `npm start`: a second start on one's own machine then finds its code compiled. It is no
// TypeScript, which Node would have to load its compiler for. A server starts seldom, and would keep what it found, ten
// megabytes, for as long as it runs. (With --max-semi-space-size, too, `npm start` is quick: less new memory is touched.)
enableCompileCache();
