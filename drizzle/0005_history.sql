CREATE TABLE "checkpoints" (
	"project_id" uuid NOT NULL,
	"id" text NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"task_id" text NOT NULL,
	"step" integer NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "checkpoints_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" bigint NOT NULL,
	"description" text NOT NULL,
	"external_state" text,
	CONSTRAINT "checkpoints_project_id_id_pk" PRIMARY KEY("project_id","id")
);
--> statement-breakpoint
CREATE TABLE "commits" (
	"project_id" uuid NOT NULL,
	"oid" text NOT NULL,
	"tree" text NOT NULL,
	"parents" text[] NOT NULL,
	CONSTRAINT "commits_project_id_oid_pk" PRIMARY KEY("project_id","oid")
);
--> statement-breakpoint
CREATE TABLE "objects" (
	"project_id" uuid NOT NULL,
	"oid" text NOT NULL,
	"type" text NOT NULL,
	"size" bigint NOT NULL,
	"sha256" text,
	"z" "bytea",
	"base_oid" text,
	"added_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "objects_project_id_oid_pk" PRIMARY KEY("project_id","oid")
);
--> statement-breakpoint
CREATE TABLE "project_origins" (
	"project_id" uuid PRIMARY KEY NOT NULL,
	"origin_id" uuid NOT NULL,
	"commit_oid" text NOT NULL,
	"aside_oid" text,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ref_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ref_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"project_id" uuid NOT NULL,
	"name" text NOT NULL,
	"old_oid" text,
	"new_oid" text,
	"actor" text NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refs" (
	"project_id" uuid NOT NULL,
	"name" text NOT NULL,
	"oid" text,
	"target" text,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "refs_project_id_name_pk" PRIMARY KEY("project_id","name")
);
--> statement-breakpoint
ALTER TABLE "snapshots" ALTER COLUMN "tree_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "blobs" ADD COLUMN "oid" text;--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "commit_oid" text;--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "aside_oid" text;--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "kind" text DEFAULT 'save' NOT NULL;--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "device" text;--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "message" text;--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "files" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "snapshots" ADD COLUMN "bytes" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_snapshot_id_snapshots_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."snapshots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commits" ADD CONSTRAINT "commits_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "objects" ADD CONSTRAINT "objects_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "objects" ADD CONSTRAINT "objects_sha256_blobs_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."blobs"("sha256") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_origins" ADD CONSTRAINT "project_origins_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_origins" ADD CONSTRAINT "project_origins_origin_id_projects_id_fk" FOREIGN KEY ("origin_id") REFERENCES "public"."projects"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ref_log" ADD CONSTRAINT "ref_log_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refs" ADD CONSTRAINT "refs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "checkpoints_order" ON "checkpoints" USING btree ("project_id","seq");--> statement-breakpoint
CREATE INDEX "checkpoints_snapshot" ON "checkpoints" USING btree ("snapshot_id");--> statement-breakpoint
CREATE INDEX "objects_sha256" ON "objects" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "objects_age" ON "objects" USING btree ("project_id","added_at");--> statement-breakpoint
CREATE INDEX "project_origins_origin" ON "project_origins" USING btree ("origin_id");--> statement-breakpoint
CREATE INDEX "ref_log_name" ON "ref_log" USING btree ("project_id","name","id");--> statement-breakpoint
-- What is deflated does not compress a second time.
ALTER TABLE objects ALTER COLUMN z SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE objects ADD CONSTRAINT objects_bytes CHECK (
  CASE type WHEN 'blob' THEN sha256 IS NOT NULL ELSE sha256 IS NULL AND z IS NOT NULL END
  AND (base_oid IS NULL OR z IS NOT NULL)
);
--> statement-breakpoint
ALTER TABLE refs ADD CONSTRAINT refs_one_of CHECK ((oid IS NULL) <> (target IS NULL));
--> statement-breakpoint
ALTER TABLE snapshots ADD CONSTRAINT snapshots_content CHECK (tree_id IS NOT NULL OR commit_oid IS NOT NULL);
