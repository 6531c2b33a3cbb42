import type { Cell } from '../cell.ts';

/** Servers: each answers, and after an edit of its file it is started anew and answers otherwise. */
export const SERVERS: readonly Cell[] = [
  {
    name: 'koa',
    kind: 'server',
    packages: { koa: '^3' },
    files: {
      'server.js': `import Koa from 'koa';
const app = new Koa();
app.use((context) => {
  context.body = 'matrix';
});
app.listen(3000);
`,
    },
    commands: [],
    serves: { command: 'node --watch server.js', port: 3000, edits: 'server.js' },
  },
  {
    name: 'json-server',
    kind: 'server',
    packages: { 'json-server': '^0.17' },
    files: { 'db.json': '{ "words": [{ "id": 1, "text": "matrix" }] }\n' },
    commands: [],
    serves: { command: 'npx json-server --watch db.json', port: 3000, path: '/words/1', edits: 'db.json' },
  },
  {
    name: 'nest',
    kind: 'server',
    packages: {
      '@nestjs/cli': '^12',
      '@nestjs/common': '^12',
      '@nestjs/core': '^12',
      '@nestjs/platform-express': '^12',
      'reflect-metadata': '^0.2',
      rxjs: '^7',
      typescript: '~6.0',
    },
    files: {
      'nest-cli.json': '{ "sourceRoot": "src" }\n',
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2023',
          rootDir: './src',
          outDir: './dist',
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
          skipLibCheck: true,
          types: [],
        },
        include: ['src'],
      }),
      'src/main.ts': `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
const app = await NestFactory.create(AppModule);
await app.listen(3000);
`,
      'src/app.module.ts': `import { Controller, Get, Module } from '@nestjs/common';
@Controller()
class AppController {
  @Get()
  word(): string {
    return 'matrix';
  }
}
@Module({ controllers: [AppController] })
export class AppModule {}
`,
    },
    commands: ['npx nest build'],
    writes: { 'dist/main.js': 'NestFactory' },
    serves: { command: 'npx nest start --watch', port: 3000, edits: 'src/app.module.ts' },
  },
  {
    name: 'egg',
    kind: 'server',
    packages: { egg: '^4', '@eggjs/bin': '^7' },
    manifest: { type: 'commonjs', egg: { typescript: false } },
    files: {
      'config/config.default.js':
        "module.exports = () => ({ keys: 'secret', security: { csrf: { enable: false } } });\n",
      'app/router.js': `module.exports = (app) => {
  app.router.get('/', async (context) => {
    context.body = 'matrix';
  });
};
`,
    },
    commands: [],
    serves: { command: 'npx egg-bin dev --port 7001', port: 7001, edits: 'app/router.js' },
  },
  {
    name: 'nodemon',
    kind: 'server',
    packages: { nodemon: '^3' },
    files: {
      'server.js':
        "import { createServer } from 'node:http';\ncreateServer((_, response) => response.end('matrix')).listen(3000);\n",
    },
    commands: [],
    serves: { command: 'npx nodemon server.js', port: 3000, edits: 'server.js' },
  },
  {
    name: 'tsx',
    kind: 'server',
    packages: { tsx: '^4' },
    files: {
      'server.ts': `import { createServer } from 'node:http';
const word: string = 'matrix';
createServer((_, response) => response.end(word)).listen(3000);
`,
    },
    commands: [],
    serves: { command: 'npx tsx watch server.ts', port: 3000, edits: 'server.ts' },
  },
  {
    name: 'prisma',
    kind: 'framework',
    packages: { '@prisma/adapter-pg': '^7', '@prisma/client': '^7', prisma: '^7' },
    files: {
      'prisma.config.ts': `import { defineConfig } from 'prisma/config';
export default defineConfig({ schema: 'schema.prisma', datasource: { url: 'postgres://me:me@localhost:5432/app' } });
`,
      'schema.prisma': `generator client {
  provider            = "prisma-client"
  output              = "./generated"
  importFileExtension = "ts"
}
datasource db {
  provider = "postgresql"
}
model Note {
  id   Int    @id @default(autoincrement())
  body String
}
`,
      'main.ts': `import { writeFileSync } from 'node:fs';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.ts';
const adapter = new PrismaPg({ connectionString: 'postgres://me:me@localhost:5432/app' });
const prisma = new PrismaClient({ adapter });
await prisma.$executeRawUnsafe('create table "Note" (id serial primary key, body text not null)');
await prisma.note.create({ data: { body: 'matrix' } });
writeFileSync('notes.json', JSON.stringify(await prisma.note.findMany()));
await prisma.$disconnect();
`,
    },
    commands: ['npx prisma generate', 'node main.ts'],
    writes: { 'notes.json': '"body":"matrix"' },
  },
];
