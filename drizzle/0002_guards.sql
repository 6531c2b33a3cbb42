-- The second line of defence behind the conditional UPDATEs of the queries: whoever
-- writes SQL by hand meets the same walls.

-- No transition leaves a terminal state (P-02).
CREATE FUNCTION slipway_refuse_leaving_terminal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status NOT IN ('queued', 'running') AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'Cannot set % % to "%": its status "%" is terminal', TG_TABLE_NAME, OLD.id, NEW.status, OLD.status
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER preview_builds_terminal BEFORE UPDATE OF status ON preview_builds
  FOR EACH ROW EXECUTE FUNCTION slipway_refuse_leaving_terminal();
--> statement-breakpoint
CREATE TRIGGER runtime_jobs_terminal BEFORE UPDATE OF status ON runtime_jobs
  FOR EACH ROW EXECUTE FUNCTION slipway_refuse_leaving_terminal();
--> statement-breakpoint
-- Only a success has an artifact, a token and a URL (P-13).
ALTER TABLE preview_builds ADD CONSTRAINT preview_builds_result CHECK (
  status = 'succeeded' AND artifact_id IS NOT NULL AND preview_token IS NOT NULL AND preview_url IS NOT NULL
  OR status <> 'succeeded' AND artifact_id IS NULL AND preview_token IS NULL AND preview_url IS NULL
);
--> statement-breakpoint
-- Logs are append-only (P-14). Deleting a whole project still cascades.
CREATE FUNCTION slipway_refuse_rewriting_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Cannot rewrite log line % of build %: logs are append-only', OLD.seq, OLD.build_id
    USING ERRCODE = 'check_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER build_logs_append_only BEFORE UPDATE ON build_logs
  FOR EACH ROW EXECUTE FUNCTION slipway_refuse_rewriting_log();
--> statement-breakpoint
-- Bytes do not compress a second time; EXTERNAL saves the attempt.
ALTER TABLE blobs ALTER COLUMN bytes SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE blobs ADD CONSTRAINT blobs_size CHECK (size = octet_length(bytes));
--> statement-breakpoint
ALTER TABLE tree_entries ADD CONSTRAINT tree_entries_kind CHECK (
  kind = 'file' AND sha256 IS NOT NULL AND target IS NULL
  OR kind = 'dir' AND sha256 IS NULL AND target IS NULL
  OR kind = 'link' AND sha256 IS NULL AND target IS NOT NULL
);
