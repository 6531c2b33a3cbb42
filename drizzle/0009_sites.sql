CREATE TABLE "blob_encodings" (
	"sha256" text NOT NULL,
	"encoding" text NOT NULL,
	"encoded_sha256" text NOT NULL,
	"size" bigint NOT NULL,
	CONSTRAINT "blob_encodings_sha256_encoding_pk" PRIMARY KEY("sha256","encoding")
);
--> statement-breakpoint
CREATE TABLE "build_variables" (
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"secret" boolean NOT NULL,
	"sealed" text NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "build_variables_project_id_name_pk" PRIMARY KEY("project_id","name")
);
--> statement-breakpoint
CREATE TABLE "project_sites" (
	"project_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"settings" jsonb,
	"password_hash" text,
	"views" bigint DEFAULT 0 NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "site_hosts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"host" text NOT NULL,
	"proof" text,
	"verified_at" bigint,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "artifacts" ADD COLUMN "serving" jsonb;--> statement-breakpoint
ALTER TABLE "preview_tokens" ADD COLUMN "views" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "preview_tokens" ADD COLUMN "view_limit" bigint;--> statement-breakpoint
ALTER TABLE "blob_encodings" ADD CONSTRAINT "blob_encodings_sha256_blobs_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."blobs"("sha256") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "blob_encodings" ADD CONSTRAINT "blob_encodings_encoded_sha256_blobs_sha256_fk" FOREIGN KEY ("encoded_sha256") REFERENCES "public"."blobs"("sha256") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "build_variables" ADD CONSTRAINT "build_variables_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "build_variables" ADD CONSTRAINT "build_variables_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_sites" ADD CONSTRAINT "project_sites_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_sites" ADD CONSTRAINT "project_sites_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "site_hosts" ADD CONSTRAINT "site_hosts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "site_hosts" ADD CONSTRAINT "site_hosts_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "blob_encodings_encoded" ON "blob_encodings" USING btree ("encoded_sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "site_hosts_one_holder" ON "site_hosts" USING btree ("host") WHERE "site_hosts"."verified_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "site_hosts_claim" ON "site_hosts" USING btree ("project_id","host");--> statement-breakpoint
CREATE INDEX "site_hosts_owner" ON "site_hosts" USING btree ("owner_id");--> statement-breakpoint
-- A label for people: the name's letters and digits, then what nobody can guess (P-35).
CREATE FUNCTION slipway_site_label(name text, random text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(nullif(trim(both '-' from left(regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g'), 24)), ''), 'site')
  || '-' || random $$;
--> statement-breakpoint
-- Projects that were published before have their address at once.
INSERT INTO site_hosts (project_id, owner_id, kind, host, verified_at)
SELECT p.id, p.owner_id, 'stable', slipway_site_label(p.name, left(replace(gen_random_uuid()::text, '-', ''), 10)), slipway_now()
FROM projects p WHERE EXISTS (SELECT FROM artifacts a WHERE a.project_id = p.id);
--> statement-breakpoint
-- Servers keep what a host shows for a second; whatever changes it is told to all of them (ST-11).
CREATE FUNCTION slipway_tell_sites() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM pg_notify('slipway_sites', to_jsonb(OLD) ->> TG_ARGV[0]);
  ELSE
    PERFORM pg_notify('slipway_sites', to_jsonb(NEW) ->> TG_ARGV[0]);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER preview_tokens_tell AFTER DELETE OR UPDATE OF password_hash, expires_at, revoked_at, view_limit
  ON preview_tokens FOR EACH ROW EXECUTE FUNCTION slipway_tell_sites('project_id');
--> statement-breakpoint
CREATE TRIGGER project_sites_tell AFTER UPDATE OF password_hash ON project_sites
  FOR EACH ROW EXECUTE FUNCTION slipway_tell_sites('project_id');
--> statement-breakpoint
CREATE TRIGGER project_sites_tell_new AFTER INSERT ON project_sites
  FOR EACH ROW WHEN (NEW.password_hash IS NOT NULL) EXECUTE FUNCTION slipway_tell_sites('project_id');
--> statement-breakpoint
CREATE TRIGGER site_hosts_tell AFTER INSERT OR DELETE OR UPDATE OF verified_at, host ON site_hosts
  FOR EACH ROW EXECUTE FUNCTION slipway_tell_sites('project_id');
--> statement-breakpoint
CREATE TRIGGER projects_tell_sites AFTER UPDATE OF active_build_id ON projects
  FOR EACH ROW WHEN (OLD.active_build_id IS DISTINCT FROM NEW.active_build_id) EXECUTE FUNCTION slipway_tell_sites('id');
--> statement-breakpoint
-- A label has no dot and a domain has one, so that neither can ever stand for the other; only a domain needs a proof.
ALTER TABLE site_hosts ADD CONSTRAINT site_hosts_kind CHECK (
  kind IN ('stable', 'name') AND position('.' in host) = 0 AND verified_at IS NOT NULL AND proof IS NULL
  OR kind = 'domain' AND position('.' in host) > 0 AND proof IS NOT NULL
);
