CREATE TABLE "plugin_versions" (
	"plugin_id" text NOT NULL,
	"sha256" text NOT NULL,
	"version" text NOT NULL,
	"component" "bytea" NOT NULL,
	"replaced_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "plugin_versions_plugin_id_sha256_pk" PRIMARY KEY("plugin_id","sha256")
);
--> statement-breakpoint
ALTER TABLE "plugin_calls" ADD COLUMN "sha256" text;--> statement-breakpoint
ALTER TABLE "plugin_calls" ADD COLUMN "recording" text;--> statement-breakpoint
ALTER TABLE "plugin_deliveries" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "plugin_versions" ADD CONSTRAINT "plugin_versions_plugin_id_plugins_id_fk" FOREIGN KEY ("plugin_id") REFERENCES "public"."plugins"("id") ON DELETE cascade ON UPDATE no action;