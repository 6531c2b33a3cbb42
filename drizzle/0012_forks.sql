ALTER TABLE "project_origins" DROP CONSTRAINT "project_origins_origin_id_projects_id_fk";
--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "tidied_at" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "project_origins" ADD CONSTRAINT "project_origins_origin_id_projects_id_fk" FOREIGN KEY ("origin_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "projects_tidied" ON "projects" USING btree ("tidied_at");--> statement-breakpoint
CREATE INDEX "snapshots_parent" ON "snapshots" USING btree ("parent_id");