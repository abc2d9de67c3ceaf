import fastify from 'fastify';
import Handlebars from 'handlebars';
import pg from 'pg';

/** The events of a week with their places, as plain texts. */
const WEEK_SQL = `select e.slug, e.title, e.kind, e.state, e.starts_at::text as starts, p.name as pitch, v.name as venue
  from events e left join pitches p on p.id = e.pitch_id left join venues v on v.id = p.venue_id
  where e.area_id = $1 and e.starts_at >= $2 and e.starts_at < $3 order by e.starts_at, e.id`;
const VALUES = [process.env.AREA, process.env.FROM, process.env.UNTIL];

/** Each event twice, as the product's page has it: in a table, and in a list for a phone. */
const WEEK = Handlebars.compile(
  `<!doctype html><html lang="en"><title>Week</title><main><table>{{#each rows}}
  <tr><td><a href="/coordinate/events/{{slug}}">{{title}}</a> {{kind}} {{starts}} {{venue}} {{pitch}} {{state}}</td></tr>{{/each}}
  </table><ul>{{#each rows}}
  <li><a href="/coordinate/events/{{slug}}">{{title}}</a> {{kind}} {{starts}} {{venue}} {{pitch}} {{state}}</li>{{/each}}</ul></main><p>{{words}}</p>`,
  { knownHelpersOnly: true },
);

/** Bare Fastify, one SELECT of a week and one compiled page, filled up to the size asked for. */
const app = fastify();
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const size = Number(process.env.SIZE);
let words: string | undefined;

app.get('/', async () => 'Ready.');
app.get('/week', async (_request, reply) => {
  const { rows } = await pool.query({ name: 'week', text: WEEK_SQL, values: VALUES });
  words ??= 'x'.repeat(Math.max(0, size - Buffer.byteLength(WEEK({ rows, words: '' }))));
  return reply.type('text/html; charset=utf-8').send(WEEK({ rows, words }));
});
await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
