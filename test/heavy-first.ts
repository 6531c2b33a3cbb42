import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The slowest files, slowest first, and then the slowest kinds. What is in none of them takes a second or two. */
const HEAVY: readonly RegExp[] = [
  /^test\/e2e\/(main-job|run|ide|kept|source-control)\./,
  /^test\/containers\/(package-managers|programs)\./,
  /\/chromium-builds\.browser\./,
  /^test\/e2e\/(workbench|operations|saving|agent|agent-takeover)\./,
  /^packages\/runtime\/shell\/.*\/(oracle|applets)\./,
  /^test\/house\/builds\./,
  /^test\/chaos\//,
  /^test\/e2e\//,
  /^test\/containers\//,
  /\.browser\.test\.ts$/,
  /\.pg\.test\.ts$/,
];

/**
 * Begins with what takes longest. vitest knows no durations in a fresh checkout and begins with the largest files, and
 * main-job is one of the smallest.
 */
export class HeavyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const bySize = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const path = moduleId.slice(this.ctx.config.root.length).replace(/^\//, '');
      const found = HEAVY.findIndex((kind) => kind.test(path));
      return found < 0 ? HEAVY.length : found;
    };
    return bySize.toSorted((left, right) => rank(left) - rank(right));
  }
}
