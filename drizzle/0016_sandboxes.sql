CREATE TABLE "sandbox_requests" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"sandbox_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "sandbox_requests_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"verb" text NOT NULL,
	"checkpoint_name" text,
	"state" text DEFAULT 'waiting' NOT NULL,
	"problem" text,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sandboxes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"name" text NOT NULL,
	"config" jsonb NOT NULL,
	"command" text,
	"status" text DEFAULT 'created' NOT NULL,
	"exit_code" integer,
	"problem" text,
	"recoveries" integer DEFAULT 0 NOT NULL,
	"started_at" bigint,
	"ended_at" bigint,
	"lease_worker" text,
	"lease_expires_at" bigint,
	"lease_epoch" bigint DEFAULT 0 NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sandbox_requests" ADD CONSTRAINT "sandbox_requests_sandbox_id_sandboxes_id_fk" FOREIGN KEY ("sandbox_id") REFERENCES "public"."sandboxes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandbox_requests" ADD CONSTRAINT "sandbox_requests_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandboxes" ADD CONSTRAINT "sandboxes_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sandboxes" ADD CONSTRAINT "sandboxes_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sandbox_requests_sandbox" ON "sandbox_requests" USING btree ("sandbox_id","seq");--> statement-breakpoint
CREATE INDEX "sandbox_requests_state" ON "sandbox_requests" USING btree ("state","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "sandboxes_name" ON "sandboxes" USING btree ("owner_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "sandboxes_project" ON "sandboxes" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "sandboxes_status" ON "sandboxes" USING btree ("status","lease_expires_at");